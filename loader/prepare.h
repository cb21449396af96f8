/* Modules, made ready to be bound. */

#ifndef PYCDS_PREPARE_H
#define PYCDS_PREPARE_H

#include "image.h"

/* Checks the module and relocates it, unless that is done.  0, or -1 with *refusal filled
 * in. */
int pycds_prepare_module(pycds_image *image, uint32_t number, pycds_bind *bind,
                         pycds_refusal *refusal);

/* A pycds_ahead.step of a pycds_image that is linked: prepares one more module. */
int pycds_prepare_next(void *image);

#endif

/* The visible effects of the module site, without the rest of its work. */

#ifndef PYCDS_SITE_H
#define PYCDS_SITE_H

#include "python.h"

/* Whether those effects are enough here.  If not, *why says what needs all of site. */
int pycds_site_can_be_minimal(const char **why);

/* Has the interpreter find an empty module in place of site, and gives the program
 * site's effects: builtins exit, quit, copyright, credits, license and help,
 * sys.__interactivehook__, an absolute sys.path without duplicates, site-packages
 * directories on it.  0; or -1 with nothing done that the real site would not do as
 * well, and no exception set. */
int pycds_site_minimal(void);

/* Takes the empty module and its finder away. */
void pycds_site_done(void);

#endif

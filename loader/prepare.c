/* A module's blocks are checked and its pointers relocated before its import, once: by the
 * import, or by a thread that goes through the modules in the order of their imports while
 * the program imports others (ahead.c).  For that thread's sake no message is made here
 * unless somebody wants it. */

#include "prepare.h"

#include <sched.h>
#include <stdatomic.h>

#include "ahead.h"

enum {
    UNTOUCHED = 0,
    IN_WORK,
    PREPARED,
    BAD,                        /* for the import to say why */
};

static int
prepare(const pycds_image *image, uint32_t number, pycds_bind *bind, pycds_refusal *refusal)
{
    if (pycds_image_check_module(image, number, bind, refusal) < 0) {
        return -1;
    }
    if (!image->prelinked) {
        pycds_image_relocate(image, number);
    }
    return 0;
}

static int
claim(pycds_image *image, uint32_t number)
{
    uint8_t untouched = UNTOUCHED;
    return atomic_compare_exchange_strong(&image->prepared[number], &untouched, IN_WORK);
}

int
pycds_prepare_module(pycds_image *image, uint32_t number, pycds_bind *bind,
                     pycds_refusal *refusal)
{
    if (!claim(image, number)) {
        while (image->prepared[number] == IN_WORK) {
            if (pycds_ahead_is_stuck(&image->ahead) && image->prepared[number] == IN_WORK) {
                return pycds_refuse(refusal, PYCDS_REFUSE_SET_UP, "a whole module",
                                    "one that a fork came in the middle of");
            }
            sched_yield();
        }
        if (image->prepared[number] == PREPARED) {
            pycds_image_find_bind(image, number, bind);
            return 0;
        }
    }
    int result = prepare(image, number, bind, refusal);
    image->prepared[number] = result == 0 ? PREPARED : BAD;
    return result;
}

/* In the order of imports, which that of the bind blocks is. */
static void
sort(const pycds_image *image, uint32_t *numbers, uint32_t count)
{
    for (uint32_t gap = count / 2; gap > 0; gap /= 2) {
        for (uint32_t i = gap; i < count; i++) {
            const uint32_t number = numbers[i];
            uint32_t k = i;
            for (; k >= gap && image->modules[numbers[k - gap]].bind > image->modules[number].bind;
                 k -= gap) {
                numbers[k] = numbers[k - gap];
            }
            numbers[k] = number;
        }
    }
}

int
pycds_prepare_next(void *of)
{
    pycds_image *image = of;
    if (image->nhot == 0) {
        for (uint32_t i = 0; i < image->header->modules.count; i++) {
            if (pycds_image_is_hot(image, i)) {
                image->hot_modules[image->nhot++] = i;
            }
        }
        sort(image, image->hot_modules, image->nhot);
    }
    if (image->next == image->nhot) {
        return 0;
    }
    const uint32_t number = image->hot_modules[image->next++];
    if (claim(image, number)) {
        pycds_bind bind;
        image->prepared[number] = prepare(image, number, &bind, NULL) == 0 ? PREPARED : BAD;
    }
    return 1;
}

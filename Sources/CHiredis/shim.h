// The two parts of hiredis that Levee uses: the reply reader and the command formatter.
#include <hiredis/hiredis.h>

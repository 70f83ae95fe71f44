/* What bindgen reads. */
#include <pjlib.h>
#include <pjlib-util.h>
#include <pjnath.h>
#include <pjmedia.h>
#include <pjmedia_audiodev.h>
#include <pjmedia-audiodev/audiodev_imp.h>
#include <pjmedia-codec.h>
#include <pjsip.h>
#include <pjsip_ua.h>
#include <pjsip_simple.h>
#include <pjsip-simple/errno.h>
#include <pjsua-lib/pjsua.h>
#include <pjsua-lib/pjsua_internal.h>

#ifdef MICROSIP_BIND_OPUS
#include <opus/opus_multistream.h>
#endif

#include "hooks.h"
#include "nat_hooks.h"
#include "shim.h"
#include "status.h"

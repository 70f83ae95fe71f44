/* Layouts and constants as the C compiler sees them; tests/abi.rs compares each with the bindings. */
#include "wrapper.h"

/* Upstream has the tag only. */
typedef struct pjsua_data pjsua_data;

#define SIZE(type) { #type, sizeof(type) },
#define FIELD(type, member) { #type "." #member, offsetof(type, member) },
#define CONST(name) { #name, (size_t)(name) },

static const microsip_abi_entry entries[] = {
#include "abi_entries.h"
};

const microsip_abi_entry *microsip_abi_probe(size_t index)
{
    return index < PJ_ARRAY_SIZE(entries) ? &entries[index] : NULL;
}

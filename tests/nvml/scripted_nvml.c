/* A stand-in for NVIDIA's libnvidia-ml.so.1 whose cards are scripted in a text file.
 *
 * The unmodified Python binding loads it and cannot tell.  What the cards say stands in the file named by
 * SCRIPTED_NVML_SCENE, one "key value" a line, read again whenever it was replaced.  Keys and faults are
 * listed in scripted_nvml.py, which writes the file.  Signatures and numbers follow NVIDIA's nvml.h.
 *
 * OLD_DRIVER leaves out the symbols that a driver of about 2019 lacks.  BUILD is a number that the scene can ask
 * for with "wants_build", as a kernel module asks for the library of its own version.
 */
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#ifndef BUILD
#define BUILD 0
#endif
#define EXPORT __attribute__((visibility("default")))

enum {
    OK = 0, UNINITIALIZED = 1, INVALID_ARGUMENT = 2, NOT_SUPPORTED = 3, NOT_FOUND = 6, INSUFFICIENT_SIZE = 7,
    TIMEOUT = 10, GPU_IS_LOST = 15, MISMATCH = 18, VERSION_MISMATCH = 25,
};
enum { MOST_CARDS = 64, MOST_INSTANCES = 8, SLOTS = 8192, TEXT = 160 };

/* ---- the scene: a hash table of texts -------------------------------------------------------------- */

typedef struct { char key[TEXT]; char value[TEXT]; } Entry;
typedef struct { int card; int instance; } Handle;

static Entry table[SLOTS];
static struct stat last;
static int loaded, frozen, references;
static struct timespec started;
static Handle handles[MOST_CARDS][MOST_INSTANCES + 1];
/* The binding may be called from several threads; the real library takes a lock as well. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static uint32_t hash(const char *text) {
    uint32_t h = 2166136261u;
    for (; *text; text++) h = (h ^ (unsigned char)*text) * 16777619u;
    return h;
}

static Entry *slot(const char *key) {
    uint32_t at = hash(key) % SLOTS;
    while (table[at].key[0] && strcmp(table[at].key, key)) at = (at + 1) % SLOTS;
    return &table[at];
}

static void read_scene(void) {
    const char *path = getenv("SCRIPTED_NVML_SCENE");
    struct stat now;
    if (frozen || !path || stat(path, &now)) return;
    if (loaded && now.st_ino == last.st_ino && now.st_mtim.tv_sec == last.st_mtim.tv_sec
        && now.st_mtim.tv_nsec == last.st_mtim.tv_nsec && now.st_size == last.st_size)
        return;
    FILE *file = fopen(path, "r");
    if (!file) return;
    if (!loaded) clock_gettime(CLOCK_MONOTONIC, &started);
    memset(table, 0, sizeof table);
    char line[2 * TEXT];
    while (fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = 0;
        char *space = strchr(line, ' ');
        if (!space || space == line || space - line >= TEXT) continue;
        *space = 0;
        Entry *entry = slot(line);
        snprintf(entry->key, TEXT, "%s", line);
        snprintf(entry->value, TEXT, "%s", space + 1);
    }
    fclose(file);
    last = now;
    loaded = 1;
    frozen = slot("frozen")->key[0] != 0;
}

static const char *get(const char *key) {
    Entry *entry = slot(key);
    return entry->key[0] ? entry->value : NULL;
}

/* "gpu.3.power" or else "gpu.*.power"; of an instance "gpu.3.mig.1.uuid" or else "gpu.*.mig.1.uuid". */
static const char *of_card(const Handle *h, const char *name) {
    char key[TEXT], rest[TEXT];
    if (h->instance < 0) snprintf(rest, TEXT, "%s", name);
    else snprintf(rest, TEXT, "mig.%d.%s", h->instance, name);
    snprintf(key, TEXT, "gpu.%d.%s", h->card, rest);
    const char *value = get(key);
    if (value) return value;
    snprintf(key, TEXT, "gpu.*.%s", rest);
    return get(key);
}

static long long global_number(const char *key, long long otherwise) {
    const char *value = get(key);
    return value ? atoll(value) : otherwise;
}

/* ---- what every call does first --------------------------------------------------------------------- */

static void wait_ms(const char *value) {
    if (!value) return;
    struct timespec pause = {atoi(value) / 1000, atoi(value) % 1000 * 1000000L};
    pthread_mutex_unlock(&lock);
    nanosleep(&pause, NULL);
    pthread_mutex_lock(&lock);
}

static int enter_system(const char *function) {
    char key[TEXT];
    read_scene();
    snprintf(key, TEXT, "delay.%s", function);
    wait_ms(get(key));
    snprintf(key, TEXT, "error.%s", function);
    const char *error = get(key);
    if (error) return atoi(error);
    if (global_number("wants_build", BUILD) != BUILD) return MISMATCH;
    return references ? OK : UNINITIALIZED;
}

static int n_cards(void) {
    long long n = global_number("count", 0);
    return n > MOST_CARDS ? MOST_CARDS : (int)n;
}

static int enter_card(const Handle *h, const char *function) {
    char name[TEXT];
    int code = enter_system(function);
    if (code) return code;
    if (!h) return INVALID_ARGUMENT;
    if (h->card >= n_cards()) return GPU_IS_LOST; /* unplugged while the handle was held */
    snprintf(name, TEXT, "delay.%s", function);
    wait_ms(of_card(h, name));
    snprintf(name, TEXT, "error.%s", function);
    const char *error = of_card(h, name);
    if (!error) error = of_card(h, "error.*");
    return error ? atoi(error) : OK;
}

static int number_of(const Handle *h, const char *name, unsigned long long *out) {
    const char *value = of_card(h, name);
    if (!value || !strcmp(value, "NS")) return NOT_SUPPORTED;
    *out = strtoull(value, NULL, 0);
    return OK;
}

static int text_of(const Handle *h, const char *name, char *out, unsigned length) {
    const char *value = of_card(h, name);
    if (!value || !strcmp(value, "NS")) return NOT_SUPPORTED;
    if (strlen(value) + 1 > length) return INSUFFICIENT_SIZE;
    strcpy(out, value);
    return OK;
}

#define CARD(function) Handle *h = device; pthread_mutex_lock(&lock); int code = enter_card(h, function)
#define SYSTEM(function) pthread_mutex_lock(&lock); int code = enter_system(function)
#define LEAVE pthread_mutex_unlock(&lock); return code

/* A call that answers one number of the card. */
#define NUMBER(function, type, name)                                                              \
    EXPORT int function(void *device, type *out) {                                                \
        CARD(#function);                                                                          \
        unsigned long long n = 0;                                                                 \
        if (!code && !(code = number_of(h, name, &n))) *out = (type)n;                            \
        LEAVE;                                                                                    \
    }

/* ---- system ------------------------------------------------------------------------------------------ */

EXPORT int nvmlInitWithFlags(unsigned flags) {
    (void)flags;
    pthread_mutex_lock(&lock);
    read_scene();
    wait_ms(get("delay.nvmlInitWithFlags"));
    int code = (int)global_number("init", 0);
    if (!code && global_number("wants_build", BUILD) != BUILD) code = MISMATCH;
    if (!code) references++;
    LEAVE;
}

EXPORT int nvmlShutdown(void) {
    SYSTEM("nvmlShutdown");
    if (references) references--;
    LEAVE;
}

EXPORT const char *nvmlErrorString(int code) {
    static char text[32];
    snprintf(text, sizeof text, "scripted error %d", code);
    return text;
}

static int system_text(const char *key, const char *otherwise, char *out, unsigned length) {
    const char *value = get(key);
    snprintf(out, length, "%s", value ? value : otherwise);
    return OK;
}

EXPORT int nvmlSystemGetDriverVersion(char *out, unsigned length) {
    SYSTEM("nvmlSystemGetDriverVersion");
    if (!code) code = system_text("driver", "570.86.15", out, length);
    LEAVE;
}

EXPORT int nvmlSystemGetNVMLVersion(char *out, unsigned length) {
    SYSTEM("nvmlSystemGetNVMLVersion");
    if (!code) code = system_text("nvml", "12.570.86.15", out, length);
    LEAVE;
}

static int cuda_version(const char *function, int *out) {
    SYSTEM(function);
    if (!code) *out = (int)global_number("cuda", 12080);
    LEAVE;
}
EXPORT int nvmlSystemGetCudaDriverVersion(int *out) { return cuda_version("nvmlSystemGetCudaDriverVersion", out); }
EXPORT int nvmlSystemGetCudaDriverVersion_v2(int *out) {
    return cuda_version("nvmlSystemGetCudaDriverVersion_v2", out);
}

EXPORT int nvmlSystemGetProcessName(unsigned pid, char *out, unsigned length) {
    SYSTEM("nvmlSystemGetProcessName");
    char path[64];
    snprintf(path, sizeof path, "/proc/%u/comm", pid);
    if (!code) {
        FILE *file = fopen(path, "r");
        if (!file || !fgets(out, (int)length, file)) code = NOT_FOUND;
        else out[strcspn(out, "\n")] = 0;
        if (file) fclose(file);
    }
    LEAVE;
}

/* ---- which cards there are --------------------------------------------------------------------------- */

EXPORT int nvmlDeviceGetCount_v2(unsigned *out) {
    SYSTEM("nvmlDeviceGetCount_v2");
    if (!code) *out = (unsigned)n_cards();
    LEAVE;
}

static int hand_out(int card, int instance, void **out, const char *function) {
    Handle *h = &handles[card][instance + 1];
    h->card = card;
    h->instance = instance;
    int code = enter_card(h, function);
    if (!code) *out = h;
    return code;
}

EXPORT int nvmlDeviceGetHandleByIndex_v2(unsigned index, void **out) {
    SYSTEM("nvmlDeviceGetHandleByIndex_v2");
    if (!code) code = (int)index >= n_cards() ? INVALID_ARGUMENT : hand_out((int)index, -1, out, "nvmlDeviceGetHandleByIndex_v2");
    LEAVE;
}

static int find_handle(const char *name, const char *wanted, void **out, const char *function) {
    for (int card = 0; card < n_cards(); card++) {
        Handle probe = {card, -1};
        const char *value = of_card(&probe, name);
        if (value && !strcasecmp(value, wanted)) return hand_out(card, -1, out, function);
        for (int i = 0; !strcmp(name, "uuid") && i < MOST_INSTANCES; i++) {
            probe.instance = i;
            value = of_card(&probe, name);
            if (value && !strcmp(value, wanted)) return hand_out(card, i, out, function);
        }
    }
    return NOT_FOUND;
}

EXPORT int nvmlDeviceGetHandleByUUID(const char *uuid, void **out) {
    SYSTEM("nvmlDeviceGetHandleByUUID");
    if (!code) code = find_handle("uuid", uuid, out, "nvmlDeviceGetHandleByUUID");
    LEAVE;
}

EXPORT int nvmlDeviceGetHandleByPciBusId_v2(const char *bus_id, void **out) {
    SYSTEM("nvmlDeviceGetHandleByPciBusId_v2");
    if (!code) code = find_handle("pci", bus_id, out, "nvmlDeviceGetHandleByPciBusId_v2");
    LEAVE;
}

EXPORT int nvmlDeviceGetName(void *device, char *out, unsigned length) {
    CARD("nvmlDeviceGetName");
    if (!code) code = text_of(h, "name", out, length);
    LEAVE;
}

EXPORT int nvmlDeviceGetUUID(void *device, char *out, unsigned length) {
    CARD("nvmlDeviceGetUUID");
    if (!code) code = text_of(h, "uuid", out, length);
    LEAVE;
}

EXPORT int nvmlDeviceGetIndex(void *device, unsigned *out) {
    CARD("nvmlDeviceGetIndex");
    if (!code) *out = (unsigned)(h->instance < 0 ? h->card : h->instance);
    LEAVE;
}

EXPORT int nvmlDeviceGetMinorNumber(void *device, unsigned *out) {
    CARD("nvmlDeviceGetMinorNumber");
    if (!code) *out = (unsigned)h->card;
    LEAVE;
}

typedef struct {
    char busIdLegacy[16];
    unsigned domain, bus, device, pciDeviceId, pciSubSystemId;
    char busId[32];
} PciInfo;

EXPORT int nvmlDeviceGetPciInfo_v3(void *device, PciInfo *out) {
    CARD("nvmlDeviceGetPciInfo_v3");
    if (!code) {
        memset(out, 0, sizeof *out);
        const char *bus_id = of_card(h, "pci");
        if (!bus_id) code = NOT_SUPPORTED;
        else {
            snprintf(out->busId, sizeof out->busId, "%s", bus_id);
            snprintf(out->busIdLegacy, sizeof out->busIdLegacy, "%s", strlen(bus_id) > 12 ? bus_id + 4 : bus_id);
            sscanf(bus_id, "%x:%x:%x", &out->domain, &out->bus, &out->device);
        }
    }
    LEAVE;
}

/* ---- memory ------------------------------------------------------------------------------------------ */

typedef struct { unsigned long long total, free, used; } Memory;
typedef struct { unsigned version; unsigned long long total, reserved, free, used; } MemoryV2;

static int memory_of(const Handle *h, MemoryV2 *out) {
    unsigned long long total = 0, reserved = 0, used = 0, spare;
    int code = number_of(h, "memory.total", &total);
    if (code) return code;
    number_of(h, "memory.reserved", &reserved);
    number_of(h, "memory.used", &used);
    spare = total - reserved - used;
    number_of(h, "memory.free", &spare);
    out->total = total;
    out->reserved = reserved;
    out->used = used;
    out->free = spare;
    return OK;
}

EXPORT int nvmlDeviceGetMemoryInfo(void *device, Memory *out) {
    CARD("nvmlDeviceGetMemoryInfo");
    MemoryV2 all;
    if (!code && !(code = memory_of(h, &all))) *out = (Memory){all.total, all.free, all.used + all.reserved};
    LEAVE;
}

#ifndef OLD_DRIVER
EXPORT int nvmlDeviceGetMemoryInfo_v2(void *device, MemoryV2 *out) {
    CARD("nvmlDeviceGetMemoryInfo_v2");
    if (!code && out->version != (sizeof(MemoryV2) | 2u << 24)) code = VERSION_MISMATCH;
    if (!code) code = memory_of(h, out);
    LEAVE;
}
#endif

/* ---- figures ------------------------------------------------------------------------------------------ */

typedef struct { unsigned gpu, memory; } Utilization;

EXPORT int nvmlDeviceGetUtilizationRates(void *device, Utilization *out) {
    CARD("nvmlDeviceGetUtilizationRates");
    unsigned long long gpu = 0, memory = 0;
    if (!code && !(code = number_of(h, "utilization.gpu", &gpu)) && !(code = number_of(h, "utilization.memory", &memory)))
        *out = (Utilization){(unsigned)gpu, (unsigned)memory};
    LEAVE;
}

static int coder(void *device, const char *function, const char *name, unsigned *out, unsigned *period_us) {
    CARD(function);
    unsigned long long n = 0;
    if (!code && !(code = number_of(h, name, &n))) { *out = (unsigned)n; *period_us = 167000; }
    LEAVE;
}
EXPORT int nvmlDeviceGetEncoderUtilization(void *device, unsigned *out, unsigned *period) {
    return coder(device, "nvmlDeviceGetEncoderUtilization", "utilization.encoder", out, period);
}
EXPORT int nvmlDeviceGetDecoderUtilization(void *device, unsigned *out, unsigned *period) {
    return coder(device, "nvmlDeviceGetDecoderUtilization", "utilization.decoder", out, period);
}

EXPORT int nvmlDeviceGetTemperature(void *device, int sensor, unsigned *out) {
    CARD("nvmlDeviceGetTemperature");
    unsigned long long n = 0;
    (void)sensor;
    if (!code && !(code = number_of(h, "temperature", &n))) *out = (unsigned)n;
    LEAVE;
}

typedef struct { unsigned version; int sensor; int temperature; } Temperature;

#ifndef OLD_DRIVER
EXPORT int nvmlDeviceGetTemperatureV(void *device, Temperature *out) {
    CARD("nvmlDeviceGetTemperatureV");
    unsigned long long n = 0;
    if (!code && out->version != (sizeof(Temperature) | 1u << 24)) code = VERSION_MISMATCH;
    if (!code && !(code = number_of(h, "temperature", &n))) out->temperature = (int)n;
    LEAVE;
}
#endif

EXPORT int nvmlDeviceGetTemperatureThreshold(void *device, int kind, unsigned *out) {
    CARD("nvmlDeviceGetTemperatureThreshold");
    unsigned long long n = 0;
    if (!code && !(code = number_of(h, kind == 0 ? "temperature.shutdown" : "temperature.slowdown", &n))) *out = (unsigned)n;
    LEAVE;
}

NUMBER(nvmlDeviceGetFanSpeed, unsigned, "fan")
NUMBER(nvmlDeviceGetPowerUsage, unsigned, "power")
NUMBER(nvmlDeviceGetEnforcedPowerLimit, unsigned, "power.limit")
NUMBER(nvmlDeviceGetPerformanceState, int, "pstate")
NUMBER(nvmlDeviceGetCurrentClocksThrottleReasons, unsigned long long, "throttle")
#ifndef OLD_DRIVER
NUMBER(nvmlDeviceGetCurrentClocksEventReasons, unsigned long long, "throttle")
#endif
NUMBER(nvmlDeviceGetCurrPcieLinkGeneration, unsigned, "pcie.generation")
NUMBER(nvmlDeviceGetCurrPcieLinkWidth, unsigned, "pcie.width")
NUMBER(nvmlDeviceGetMaxPcieLinkGeneration, unsigned, "pcie.generation.max")
NUMBER(nvmlDeviceGetMaxPcieLinkWidth, unsigned, "pcie.width")

/* "energy" in mJ, and what "energy.rate" (mW) adds with time since the library first read a scene. */
static int energy_of(const Handle *h, unsigned long long *out) {
    unsigned long long rate = 0;
    int code = number_of(h, "energy", out);
    if (code || number_of(h, "energy.rate", &rate)) return code;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    double passed = (double)(now.tv_sec - started.tv_sec) + (double)(now.tv_nsec - started.tv_nsec) * 1e-9;
    *out += (unsigned long long)(passed * (double)rate);
    return OK;
}

EXPORT int nvmlDeviceGetTotalEnergyConsumption(void *device, unsigned long long *out) {
    CARD("nvmlDeviceGetTotalEnergyConsumption");
    if (!code) code = energy_of(h, out);
    LEAVE;
}

static int clock_of(void *device, const char *function, const char *prefix, int type, unsigned *out) {
    static const char *const types[] = {"graphics", "sm", "memory", "video"};
    CARD(function);
    char name[TEXT];
    unsigned long long n = 0;
    if (!code && (type < 0 || type > 3)) code = INVALID_ARGUMENT;
    if (!code) {
        snprintf(name, TEXT, "%s.%s", prefix, types[type]);
        if (!(code = number_of(h, name, &n))) *out = (unsigned)n;
    }
    LEAVE;
}
EXPORT int nvmlDeviceGetClockInfo(void *device, int type, unsigned *out) {
    return clock_of(device, "nvmlDeviceGetClockInfo", "clock", type, out);
}
EXPORT int nvmlDeviceGetMaxClockInfo(void *device, int type, unsigned *out) {
    return clock_of(device, "nvmlDeviceGetMaxClockInfo", "clock.max", type, out);
}

EXPORT int nvmlDeviceGetPcieThroughput(void *device, int counter, unsigned *out) {
    CARD("nvmlDeviceGetPcieThroughput");
    unsigned long long n = 0;
    if (!code && !(code = number_of(h, counter == 0 ? "pcie.tx" : "pcie.rx", &n))) *out = (unsigned)n;
    LEAVE;
}

EXPORT int nvmlDeviceGetTotalEccErrors(void *device, int kind, int counter, unsigned long long *out) {
    CARD("nvmlDeviceGetTotalEccErrors");
    (void)counter;
    if (!code) code = number_of(h, kind == 0 ? "ecc.corrected" : "ecc.uncorrected", out);
    LEAVE;
}

EXPORT int nvmlDeviceGetEccMode(void *device, int *current, int *pending) {
    CARD("nvmlDeviceGetEccMode");
    unsigned long long n = 0;
    if (!code && !(code = number_of(h, "ecc", &n))) *current = *pending = (int)n;
    LEAVE;
}

EXPORT int nvmlDeviceGetCudaComputeCapability(void *device, int *major, int *minor) {
    CARD("nvmlDeviceGetCudaComputeCapability");
    const char *value = of_card(h, "capability");
    if (!code) code = value && sscanf(value, "%d.%d", major, minor) == 2 ? OK : NOT_SUPPORTED;
    LEAVE;
}

typedef struct {
    unsigned fieldId, scopeId;
    long long timestamp, latencyUsec;
    int valueType, nvmlReturn;
    union { double d; unsigned long long u; } value;
} FieldValue;

/* A field N is the card's "field.N"; a real driver writes the time of the reading beside it. */
EXPORT int nvmlDeviceGetFieldValues(void *device, int count, FieldValue *values) {
    CARD("nvmlDeviceGetFieldValues");
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    for (int i = 0; !code && i < count; i++) {
        char name[TEXT];
        unsigned long long n = 0, rate = 0;
        snprintf(name, TEXT, "field.%u", values[i].fieldId);
        values[i].nvmlReturn = number_of(h, name, &n);
        snprintf(name, TEXT, "field.%u.rate", values[i].fieldId);
        values[i].timestamp = now.tv_sec * 1000000LL + now.tv_nsec / 1000;
        if (!number_of(h, name, &rate)) n += (unsigned long long)((double)rate * (double)(values[i].timestamp % 1000000000000LL) * 1e-6);
        values[i].valueType = 3; /* unsigned long long */
        values[i].value.u = n;
    }
    LEAVE;
}

/* ---- processes ------------------------------------------------------------------------------------------ */

typedef struct { unsigned pid; unsigned long long used; unsigned gi, ci; } Process;

/* "process.K" of a card: PID BYTES KIND [GI CI]; PID "self" is the process that asks, BYTES "NA" is unknown. */
static int processes_of(const Handle *h, const char *kind, unsigned *count, Process *out) {
    unsigned room = *count, n = 0;
    for (int k = 0; k < 32; k++) {
        char name[TEXT], pid[32], used[32], has[16];
        unsigned gi = 0xFFFFFFFFu, ci = 0xFFFFFFFFu;
        Handle parent = {h->card, -1};
        snprintf(name, TEXT, "process.%d", k);
        const char *value = of_card(&parent, name);
        if (!value || sscanf(value, "%31s %31s %15s %u %u", pid, used, has, &gi, &ci) < 3) continue;
        if (strcmp(has, kind) && strcmp(has, "both")) continue;
        if (h->instance >= 0) {
            unsigned long long own_gi = 0, own_ci = 0;
            number_of(h, "gi", &own_gi);
            number_of(h, "ci", &own_ci);
            if (gi != own_gi || ci != own_ci) continue;
        }
        if (out && n < room) {
            out[n].pid = strcmp(pid, "self") ? (unsigned)atoi(pid) : (unsigned)getpid();
            out[n].used = strcmp(used, "NA") ? strtoull(used, NULL, 0) : ~0ull;
            out[n].gi = gi;
            out[n].ci = ci;
        }
        n++;
    }
    *count = n;
    return n > room || (!out && n) ? INSUFFICIENT_SIZE : OK;
}

#define PROCESSES(function, kind)                                                                 \
    EXPORT int function(void *device, unsigned *count, Process *out) {                            \
        CARD(#function);                                                                          \
        if (!code) code = processes_of(h, kind, count, out);                                      \
        LEAVE;                                                                                    \
    }
PROCESSES(nvmlDeviceGetComputeRunningProcesses_v2, "compute")
PROCESSES(nvmlDeviceGetGraphicsRunningProcesses_v2, "graphics")
#ifndef OLD_DRIVER
PROCESSES(nvmlDeviceGetComputeRunningProcesses_v3, "compute")
PROCESSES(nvmlDeviceGetGraphicsRunningProcesses_v3, "graphics")
#endif

typedef struct { unsigned pid; unsigned long long time; unsigned sm, memory, encoder, decoder; } Busy;

/* "process.K.sm" is the percent of a process; one without it is idle and not listed. */
EXPORT int nvmlDeviceGetProcessUtilization(void *device, Busy *out, unsigned *count, unsigned long long since) {
    CARD("nvmlDeviceGetProcessUtilization");
    const char *all = code ? NULL : of_card(h, "process.sm");
    if (all && !strcmp(all, "NS")) code = NOT_SUPPORTED;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    unsigned n = 0, room = *count;
    (void)since;
    for (int k = 0; !code && k < 32; k++) {
        char name[TEXT];
        unsigned long long percent = 0;
        snprintf(name, TEXT, "process.%d", k);
        const char *process = of_card(h, name);
        if (!process) continue;
        unsigned pid = strncmp(process, "self", 4) ? (unsigned)atoi(process) : (unsigned)getpid();
        snprintf(name, TEXT, "process.%d.sm", k);
        if (number_of(h, name, &percent)) continue;
        if (out && n < room) {
            Busy busy = {pid, now.tv_sec * 1000000ULL + now.tv_nsec / 1000, (unsigned)percent, 0, 0, 0};
            out[n] = busy;
        }
        n++;
    }
    if (!code) {
        *count = n;
        code = !n ? NOT_FOUND : n > room || !out ? INSUFFICIENT_SIZE : OK;
    }
    LEAVE;
}

/* ---- MIG ------------------------------------------------------------------------------------------------- */

EXPORT int nvmlDeviceGetMigMode(void *device, unsigned *current, unsigned *pending) {
    CARD("nvmlDeviceGetMigMode");
    unsigned long long n = 0;
    if (!code && !(code = number_of(h, "mig", &n))) *current = *pending = (unsigned)n;
    LEAVE;
}

EXPORT int nvmlDeviceGetMaxMigDeviceCount(void *device, unsigned *out) {
    CARD("nvmlDeviceGetMaxMigDeviceCount");
    if (!code) *out = MOST_INSTANCES - 1;
    LEAVE;
}

EXPORT int nvmlDeviceGetMigDeviceHandleByIndex(void *device, unsigned index, void **out) {
    CARD("nvmlDeviceGetMigDeviceHandleByIndex");
    if (!code) {
        Handle probe = {h->card, (int)index};
        code = index < MOST_INSTANCES && of_card(&probe, "uuid") ? hand_out(h->card, (int)index, out, "MigHandle") : NOT_FOUND;
    }
    LEAVE;
}

EXPORT int nvmlDeviceIsMigDeviceHandle(void *device, unsigned *out) {
    CARD("nvmlDeviceIsMigDeviceHandle");
    if (!code) *out = h->instance >= 0;
    LEAVE;
}

NUMBER(nvmlDeviceGetGpuInstanceId, unsigned, "gi")
NUMBER(nvmlDeviceGetComputeInstanceId, unsigned, "ci")

/* ---- faults ---------------------------------------------------------------------------------------------- */

typedef struct { void *device; unsigned long long type, data; unsigned gi, ci; } EventData;
static int registered[MOST_CARDS];
static unsigned long long told[MOST_CARDS];

static unsigned long long xid_of(int card) {
    Handle probe = {card, -1};
    unsigned long long n = 0;
    return number_of(&probe, "xid", &n) ? 0 : n;
}

EXPORT int nvmlEventSetCreate(void **out) {
    SYSTEM("nvmlEventSetCreate");
    if (!code) {
        memset(registered, 0, sizeof registered);
        *out = registered;
    }
    LEAVE;
}

/* "xid" is the number of the last fault; it is told once to who asked before it changed, as the driver does. */
EXPORT int nvmlDeviceRegisterEvents(void *device, unsigned long long types, void *set) {
    CARD("nvmlDeviceRegisterEvents");
    const char *xid = code ? NULL : of_card(h, "xid");
    if (xid && !strcmp(xid, "NS")) code = NOT_SUPPORTED;
    if (!code && set == registered && types == 8) {
        registered[h->card] = 1;
        told[h->card] = xid_of(h->card);
    }
    LEAVE;
}

EXPORT int nvmlEventSetWait_v2(void *set, EventData *out, unsigned timeout_ms) {
    SYSTEM("nvmlEventSetWait_v2");
    (void)timeout_ms;
    if (!code && set != registered) code = INVALID_ARGUMENT;
    if (!code) code = TIMEOUT;
    for (int card = 0; code == TIMEOUT && card < n_cards(); card++) {
        unsigned long long xid = xid_of(card);
        if (!registered[card] || xid == told[card]) continue;
        told[card] = xid;
        EventData event = {&handles[card][0], 8, xid, 0xFFFFFFFF, 0xFFFFFFFF};
        handles[card][0].card = card;
        handles[card][0].instance = -1;
        *out = event;
        code = OK;
    }
    LEAVE;
}

EXPORT int nvmlEventSetFree(void *set) {
    SYSTEM("nvmlEventSetFree");
    (void)set;
    LEAVE;
}

/* ---- sizes, for the test that holds them against the binding's ------------------------------------------- */

EXPORT unsigned scripted_size_of(const char *name) {
    if (!strcmp(name, "c_nvmlMemory_t")) return sizeof(Memory);
    if (!strcmp(name, "c_nvmlMemory_v2_t")) return sizeof(MemoryV2);
    if (!strcmp(name, "c_nvmlProcessInfo_v2_t") || !strcmp(name, "c_nvmlProcessInfo_v3_t")) return sizeof(Process);
    if (!strcmp(name, "nvmlPciInfo_t")) return sizeof(PciInfo);
    if (!strcmp(name, "c_nvmlUtilization_t")) return sizeof(Utilization);
    if (!strcmp(name, "c_nvmlTemperature_v1_t")) return sizeof(Temperature);
    if (!strcmp(name, "c_nvmlFieldValue_t")) return sizeof(FieldValue);
    if (!strcmp(name, "c_nvmlProcessUtilizationSample_t")) return sizeof(Busy);
    if (!strcmp(name, "c_nvmlEventData_t")) return sizeof(EventData);
    return 0;
}

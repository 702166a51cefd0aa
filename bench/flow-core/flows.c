/* The peer of the flow core: reads a pcap file, takes tunnels off, and counts packets and bytes per flow of IPv4 and
 * IPv6, by 5-tuple. No states, no delays, no timeouts, no local sides: what any flow tool must do at least. Prints
 * packets, flows, bytes and seconds. */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define CHUNK (1u << 20)
#define BUCKETS (1u << 17)
#define LIMIT 65535u
#define TIERS 2

struct ends {
  uint64_t src[2], dst[2];
  uint32_t ports, length;
  uint8_t protocol, family;
};

struct flow {
  uint32_t next, hash;
  uint64_t ip[2][2];
  uint32_t ports;
  uint8_t protocol, family;
  uint64_t packets[2], bytes[2];
};

static uint32_t buckets[BUCKETS];
static struct flow *flows;
static uint32_t count;
static uint64_t packets, bytes, others;

static uint32_t be16(const uint8_t *p) { return (uint32_t)p[0] << 8 | p[1]; }
static uint32_t raw32(const uint8_t *p) { uint32_t v; memcpy(&v, p, 4); return v; }

static uint64_t mix(uint64_t x) {
  x ^= x >> 32;
  x *= 0xd6e8feb86659fd93ull;
  return x ^ x >> 29;
}

static int same(const uint64_t *a, const uint64_t *b) { return a[0] == b[0] && a[1] == b[1]; }

static uint64_t key(const uint64_t *ip, uint32_t port) {
  return (ip[1] == 0 ? ip[0] : mix(ip[0]) ^ ip[1] * 0x9e3779b97f4a7c15ull) + ((uint64_t)port << 32);
}

static void add(const struct ends *e) {
  uint64_t a = key(e->src, e->ports & 0xffff), b = key(e->dst, e->ports >> 16);
  uint64_t low = a < b ? a : b, high = a < b ? b : a;
  uint32_t hash = (uint32_t)mix(mix(low ^ (uint64_t)e->protocol << 56) + high * 0x9e3779b97f4a7c15ull);
  uint32_t swapped = e->ports << 16 | e->ports >> 16;
  for (uint32_t i = buckets[hash & (BUCKETS - 1)]; i; i = flows[i].next) {
    struct flow *f = &flows[i];
    if (f->hash != hash || f->protocol != e->protocol || f->family != e->family) continue;
    int side;
    if (f->ports == e->ports && same(f->ip[0], e->src) && same(f->ip[1], e->dst)) side = 0;
    else if (f->ports == swapped && same(f->ip[0], e->dst) && same(f->ip[1], e->src)) side = 1;
    else continue;
    f->packets[side]++;
    f->bytes[side] += e->length;
    return;
  }
  if (count == LIMIT) { others++; return; }
  struct flow *f = &flows[++count];
  f->next = buckets[hash & (BUCKETS - 1)];
  f->hash = hash;
  memcpy(f->ip[0], e->src, 16);
  memcpy(f->ip[1], e->dst, 16);
  f->ports = e->ports; f->protocol = e->protocol; f->family = e->family;
  f->packets[0] = 1; f->bytes[0] = e->length;
  buckets[hash & (BUCKETS - 1)] = count;
}

/* The frame or packet inside of UDP or GRE; NULL without. Sets the EtherType of a packet, 0 for a frame. */
static const uint8_t *inner(uint8_t protocol, const uint8_t *l4, const uint8_t *end, uint32_t *type) {
  if (protocol == 17 && end - l4 >= 16) {
    uint32_t to = be16(l4 + 2);
    *type = 0;
    if ((to == 4789 || to == 8472 || to == 6784) && l4[8] == 8) return l4 + 16;
    if (to == 6081 && l4[8] >> 6 == 0 && be16(l4 + 10) == 0x6558) return l4 + 16 + (l4[8] & 63) * 4;
  }
  if (protocol == 47 && end - l4 >= 4 && (l4[1] & 7) == 0) {
    uint32_t flags = be16(l4);
    const uint8_t *next = l4 + 4 + (flags & 0x8000 ? 4 : 0) + (flags & 0x2000 ? 4 : 0) + (flags & 0x1000 ? 4 : 0);
    *type = be16(l4 + 2);
    if (*type == 0x6558) *type = 0;
    return *type == 0 || *type == 0x0800 || *type == 0x86dd ? next : NULL;
  }
  return NULL;
}

static void packet(const uint8_t *p, uint32_t captured) {
  const uint8_t *end = p + captured;
  struct ends e;
  uint32_t l2 = 14, type;
  int tier = 0;
frame:
  if (end - p < 14) { others++; return; }
  l2 = 14;
  type = be16(p + 12);
  while (type == 0x8100 || type == 0x88a8) {
    if (end - p < (long)l2 + 4) { others++; return; }
    type = be16(p + l2 + 2);
    l2 += 4;
  }
  p += l2;
network:;
  const uint8_t *l4;
  int later = 0;
  if (type == 0x0800) {
    if (end - p < 20) { others++; return; }
    uint32_t header = (p[0] & 15) * 4, total = be16(p + 2);
    if (p[0] >> 4 != 4 || header < 20 || total < header || end - p < (long)header) { others++; return; }
    if (total < end - p) end = p + total;
    e.family = 4;
    e.protocol = p[9];
    e.src[0] = raw32(p + 12); e.src[1] = 0;
    e.dst[0] = raw32(p + 16); e.dst[1] = 0;
    e.length = l2 + total;
    later = (be16(p + 6) & 0x1fff) != 0;
    l4 = p + header;
  } else if (type == 0x86dd) {
    if (end - p < 40 || p[0] >> 4 != 6) { others++; return; }
    uint32_t payload = be16(p + 4);
    if (payload + 40 < (uint32_t)(end - p)) end = p + 40 + payload;
    e.family = 6;
    e.protocol = p[6];
    memcpy(e.src, p + 8, 16);
    memcpy(e.dst, p + 24, 16);
    e.length = l2 + 40 + payload;
    l4 = p + 40;
    while (e.protocol == 0 || e.protocol == 43 || e.protocol == 60 || e.protocol == 44) {
      if (end - l4 < 8) { others++; return; }
      if (e.protocol == 44) later |= (be16(l4 + 2) & 0xfff8) != 0;
      uint32_t size = e.protocol == 44 ? 8 : (l4[1] + 1) * 8;
      e.protocol = l4[0];
      l4 += size;
      if (l4 > end) { others++; return; }
    }
  } else {
    others++;
    return;
  }
  e.ports = 0;
  if (!later) {
    if ((e.protocol == 4 || e.protocol == 41) && tier < TIERS) {
      type = e.protocol == 4 ? 0x0800 : 0x86dd;
      tier++;
      p = l4;
      goto network;
    }
    if (e.protocol == 6 || e.protocol == 17) {
      if (end - l4 < (e.protocol == 6 ? 20 : 8)) { others++; return; }
      e.ports = raw32(l4);
    }
    if ((e.protocol == 17 || e.protocol == 47) && tier < TIERS) {
      const uint8_t *in = inner(e.protocol, l4, end, &type);
      if (in != NULL && in <= end) {
        tier++;
        p = in;
        if (type == 0) goto frame;
        goto network;
      }
    }
  }
  packets++;
  bytes += e.length;
  add(&e);
}

int main(int argc, char **argv) {
  if (argc != 2) return 2;
  int file = open(argv[1], O_RDONLY);
  if (file < 0) return 2;
  uint8_t *buffer = malloc(2 * CHUNK);
  flows = calloc(LIMIT + 1, sizeof *flows);
  struct timespec from, to;
  clock_gettime(CLOCK_MONOTONIC, &from);
  size_t at = 24, filled = 0;
  for (;;) {
    ssize_t got = read(file, buffer + filled, CHUNK);
    if (got <= 0) break;
    filled += (size_t)got;
    while (filled - at >= 16) {
      uint32_t captured = raw32(buffer + at + 8);
      if (filled - at - 16 < captured) break;
      packet(buffer + at + 16, captured);
      at += 16 + captured;
    }
    memmove(buffer, buffer + at, filled - at);
    filled -= at;
    at = 0;
  }
  clock_gettime(CLOCK_MONOTONIC, &to);
  double seconds = (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9;
  printf("{\"packets\":%llu,\"flows\":%u,\"bytes\":%llu,\"others\":%llu,\"seconds\":%.6f}\n", (unsigned long long)packets, count,
         (unsigned long long)bytes, (unsigned long long)others, seconds);
  return 0;
}

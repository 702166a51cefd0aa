import type { ConfigurationKey } from '../configuration-key.js';
import { both, newer, older, replayed } from '../key-row.js';
import { boolean, choice, duration, integer, list, onOff, portList, regex, text } from '../key-type.js';

const ebpf = 'inputs.ebpf';
const socket = `${ebpf}.socket`;
const profile = `${ebpf}.profile`;
const tunning = `${ebpf}.tunning`;
const old = 'static_config.ebpf';
const matcher = 'inputs.proc.process_matcher';

/** System calls, files and profiles. */
export const ebpfKeys: readonly ConfigurationKey[] = [
  replayed('ebpfDisabled', 'no system-call points', both(`${ebpf}.disabled`, `${old}.disabled`, boolean, false)),
  both(`${socket}.uprobe.golang.enabled`, `${old}.uprobe-golang-trace-enabled`, boolean, false),
  both(`${socket}.uprobe.golang.tracing_timeout`, `${old}.go-tracing-timeout`, duration(0, 86_400), 120, {
    type: integer(0, 86_400),
  }),
  both(`${socket}.uprobe.tls.enabled`, `${old}.uprobe-openssl-trace-enabled`, boolean, false),
  newer(`${socket}.uprobe.dpdk.command`, text(), ''),
  newer(`${socket}.uprobe.dpdk.rx_hooks`, list(text()), []),
  newer(`${socket}.uprobe.dpdk.tx_hooks`, list(text()), []),
  newer(`${socket}.kprobe.disabled`, boolean, false),
  newer(`${socket}.kprobe.enable_unix_socket`, boolean, false),
  both(`${socket}.kprobe.blacklist.ports`, `${old}.kprobe-blacklist.port-list`, portList, ''),
  both(`${socket}.kprobe.whitelist.ports`, `${old}.kprobe-whitelist.port-list`, portList, ''),
  newer(`${socket}.sock_ops.tcp_option_trace.enabled`, boolean, false),
  newer(`${socket}.sock_ops.tcp_option_trace.sampling_window_bytes`, integer(0, 1_048_576), 16_384),
  both(`${socket}.tunning.max_capture_rate`, `${old}.global-ebpf-pps-threshold`, integer(0, 64_000_000), 0),
  both(`${socket}.tunning.syscall_trace_id_disabled`, `${old}.syscall-trace-id-disabled`, boolean, false),
  both(`${socket}.tunning.map_prealloc_disabled`, `${old}.map-prealloc-disabled`, boolean, false),
  newer(`${socket}.tunning.fentry_enabled`, boolean, false),
  both(
    `${socket}.preprocess.out_of_order_reassembly_cache_size`,
    `${old}.syscall-out-of-order-cache-size`,
    integer(8, 1024),
    16,
  ),
  both(
    `${socket}.preprocess.out_of_order_reassembly_protocols`,
    `${old}.syscall-out-of-order-reassembly`,
    list(text()),
    [],
  ),
  both(
    `${socket}.preprocess.segmentation_reassembly_protocols`,
    `${old}.syscall-segmentation-reassembly`,
    list(text()),
    [],
  ),
  both(
    `${ebpf}.file.io_event.collect_mode`,
    `${old}.io-event-collect-mode`,
    choice([0, 'Disabled'], [1, 'Request Life Cycle'], [2, 'All']),
    1,
  ),
  both(`${ebpf}.file.io_event.minimal_duration`, `${old}.io-event-minimal-duration`, duration(1e-9, 1), 0.001),
  newer(`${ebpf}.file.io_event.enable_virtual_file_collect`, boolean, false),
  both(`${profile}.unwinding.dwarf_disabled`, `${old}.dwarf-disabled`, boolean, true),
  both(`${profile}.unwinding.dwarf_regex`, `${old}.dwarf-regex`, regex, ''),
  both(`${profile}.unwinding.dwarf_process_map_size`, `${old}.dwarf-process-map-size`, integer(1, 131_072), 1024),
  both(`${profile}.unwinding.dwarf_shard_map_size`, `${old}.dwarf-shard-map-size`, integer(1, 4096), 128),
  both(`${profile}.on_cpu.disabled`, `${old}.on-cpu-profile.disabled`, boolean, false),
  both(`${profile}.on_cpu.sampling_frequency`, `${old}.on-cpu-profile.frequency`, integer(1, 1000), 99),
  both(`${profile}.on_cpu.aggregate_by_cpu`, `${old}.on-cpu-profile.cpu`, boolean, false, { type: onOff }),
  older(`${old}.on-cpu-profile.regex`, regex, '^deepflow-.*', matcher),
  both(`${profile}.off_cpu.disabled`, `${old}.off-cpu-profile.disabled`, boolean, true, { default: false }),
  both(`${profile}.off_cpu.aggregate_by_cpu`, `${old}.off-cpu-profile.cpu`, boolean, false, { type: onOff }),
  both(`${profile}.off_cpu.min_blocking_time`, `${old}.off-cpu-profile.minblock`, duration(0, 3600), 0.00005),
  older(`${old}.off-cpu-profile.regex`, regex, '^deepflow-.*', matcher),
  both(`${profile}.memory.disabled`, `${old}.memory-profile.disabled`, boolean, true),
  both(`${profile}.memory.report_interval`, `${old}.memory-profile.report-interval`, duration(1, 60), 10),
  older(`${old}.memory-profile.regex`, regex, '^java', matcher),
  newer(`${profile}.memory.allocated_addresses_lru_len`, integer(1024, 4_194_704), 131_072),
  newer(`${profile}.memory.sort_length`, integer(0, 65_536), 16_384),
  newer(`${profile}.memory.sort_interval`, duration(1e-9, 10), 1.5),
  newer(`${profile}.memory.queue_size`, integer(4096, 64_000_000), 32_768),
  both(`${profile}.preprocess.stack_compression`, `${old}.preprocess.stack-compression`, boolean, true),
  newer(`${profile}.languages.python_disabled`, boolean, false),
  newer(`${profile}.languages.php_disabled`, boolean, false),
  newer(`${profile}.languages.nodejs_disabled`, boolean, false),
  both(`${tunning}.collector_queue_size`, 'static_config.ebpf-collector-queue-size', integer(4096, 64_000_000), 65_535),
  both(`${tunning}.userspace_worker_threads`, `${old}.thread-num`, integer(1, 1024), 1),
  both(`${tunning}.perf_pages_count`, `${old}.perf-pages-count`, integer(32, 8192), 128),
  both(`${tunning}.kernel_ring_size`, `${old}.ring-size`, integer(8192, 131_072), 65_536),
  both(`${tunning}.max_socket_entries`, `${old}.max-socket-entries`, integer(10_000, 2_000_000), 131_072),
  both(`${tunning}.socket_map_reclaim_threshold`, `${old}.socket-map-max-reclaim`, integer(8000, 2_000_000), 120_000),
  both(`${tunning}.max_trace_entries`, `${old}.max-trace-entries`, integer(10_000, 2_000_000), 131_072),
];

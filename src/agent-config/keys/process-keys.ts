import type { ConfigurationKey } from '../configuration-key.js';
import { both, newer, older } from '../key-row.js';
import { boolean, choice, duration, integer, list, records, regex, text } from '../key-type.js';

const proc = 'inputs.proc';
const regexs = 'static_config.ebpf.uprobe-process-name-regexs';
const matchTypes = choice('process_name', 'cmdline', 'cmdline_with_args', 'parent_process_name', 'tag');

const features = choice(
  'proc.gprocess_info',
  'proc.golang_symbol_table',
  'proc.socket_list',
  'ebpf.socket.uprobe.golang',
  'ebpf.socket.uprobe.tls',
  'ebpf.profile.on_cpu',
  'ebpf.profile.off_cpu',
  'ebpf.profile.memory',
);

/** Processes and their tags. */
export const processKeys: readonly ConfigurationKey[] = [
  both(`${proc}.enabled`, 'static_config.os-proc-sync-enabled', boolean, true, { default: false }),
  both(`${proc}.proc_dir_path`, 'static_config.os-proc-root', text(), '/proc'),
  both(`${proc}.socket_info_sync_interval`, 'static_config.os-proc-socket-sync-interval', duration(0, 3600), 0, {
    type: integer(0, 3600),
  }),
  both(`${proc}.min_lifetime`, 'static_config.os-proc-socket-min-lifetime', duration(1, 3600), 3, {
    type: integer(1, 3600),
  }),
  both(`${proc}.tag_extraction.script_command`, 'static_config.os-app-tag-exec', list(text()), []),
  both(`${proc}.tag_extraction.exec_username`, 'static_config.os-app-tag-exec-user', text(), 'deepflow'),
  newer(`${proc}.process_blacklist`, list(text()), [
    ...['sleep', 'sh', 'bash', 'pause', 'runc'],
    ...['grep', 'awk', 'sed', 'curl'],
  ]),
  both(
    `${proc}.process_matcher`,
    'static_config.os-proc-regex',
    records({
      match_regex: regex,
      match_type: matchTypes,
      match_languages: list(choice('java', 'golang', 'python', 'lua', 'php', 'nodejs', 'dotnet')),
      match_usernames: list(text()),
      only_in_container: boolean,
      only_with_tag: boolean,
      ignore: boolean,
      rewrite_name: text(),
      enabled_features: list(features),
    }),
    null,
    {
      type: records({
        'match-regex': regex,
        'match-type': matchTypes,
        action: choice('accept', 'drop'),
        'rewrite-name': text(),
      }),
    },
  ),
  older('static_config.os-proc-sync-tagged-only', boolean, false, `${proc}.process_matcher`),
  both(`${proc}.symbol_table.golang_specific.enabled`, `${regexs}.golang-symbol`, boolean, false, {
    type: regex,
    default: '',
  }),
  older(`${regexs}.golang`, regex, '', `${proc}.process_matcher`),
  older(`${regexs}.openssl`, regex, '', `${proc}.process_matcher`),
  both(
    `${proc}.symbol_table.java.refresh_defer_duration`,
    'static_config.ebpf.java-symbol-file-refresh-defer-interval',
    duration(5, 3600),
    60,
  ),
  both(
    `${proc}.symbol_table.java.max_symbol_file_size`,
    'static_config.ebpf.java-symbol-file-max-space-limit',
    integer(2, 100),
    10,
  ),
];

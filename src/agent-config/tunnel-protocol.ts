/** Tunnels with DeepFlow's numbers; `names` are those of `--decap`, first the one to print. */
export const tunnelProtocols = [
  { number: 1, label: 'VXLAN', names: ['vxlan'] },
  { number: 2, label: 'IPIP', names: ['ipip'] },
  { number: 3, label: 'GRE', names: ['tencent-gre', 'gre'] },
  { number: 4, label: 'Geneve', names: ['geneve'] },
  { number: 5, label: 'VXLAN-NSH', names: ['vxlan-nsh', 'vxlan-gpe'] },
  { number: 6, label: 'ERSPAN', names: ['erspan'] },
  { number: 7, label: 'TEB', names: ['teb'] },
] as const;

/** Null where the text is neither a number 1 to 7 nor a name. */
export function tunnelNumber(text: string): number | null {
  const wanted = text.trim().toLowerCase();
  const found = tunnelProtocols.find(
    ({ number, label, names }) =>
      String(number) === wanted || label.toLowerCase() === wanted || (names as readonly string[]).includes(wanted),
  );
  return found?.number ?? null;
}

/** `geneve`, or the number where nobody knows it. */
export function tunnelName(number: number): string {
  return tunnelProtocols.find((protocol) => protocol.number === number)?.names[0] ?? String(number);
}

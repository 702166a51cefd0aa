/** Style of the drawn topology and its paths, beside the style of every page. */
export const replayStyle = `
.paths { margin: .6rem 0 0; padding: 0; list-style: none; columns: 22rem; }
.topology { display: block; height: auto; min-width: 40rem; max-width: 100%; font: 12px system-ui, sans-serif; }
.topology text { fill: var(--text); } .topology .small { fill: var(--soft); font-size: 10.5px; }
.topology .halo { paint-order: stroke; stroke: var(--card); stroke-width: 4; }
.topology .node { fill: var(--card); stroke: var(--soft); } .topology .node-name { font-size: 13.5px; font-weight: 600; }
.topology .pod { fill: var(--inner); stroke: var(--line); } .topology .name { font-weight: 600; }
.topology .nic { fill: var(--card); stroke: var(--soft); stroke-width: 1.4; } .topology .left-out, .topology .no-capture { stroke-dasharray: 4 3; stroke-width: 1; }
.topology .wire { fill: none; stroke: var(--line); stroke-width: 2; }
.topology .path { fill: none; stroke: currentColor; stroke-width: 2; stroke-linejoin: round; } .topology .path.bad { stroke-dasharray: 7 4; }
.topology .head, .topology .number circle { fill: currentColor; } .topology .number text { fill: var(--card); font-size: 11px; font-weight: 700; }
.topology .badge rect { fill: var(--card); stroke: currentColor; } .topology .badge text { fill: currentColor; font: 600 10.5px ui-monospace, monospace; }
@media print {
  .topology { width: 100%; min-width: 0; break-inside: avoid; }
}
`;

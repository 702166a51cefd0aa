/** Style of findings, the table of rules and timelines, beside the style of every page. */
export const verdictStyle = `
.tiles { display: flex; flex-wrap: wrap; gap: .6rem; margin: .8rem 0 0; padding: 0; list-style: none; }
.tiles li { min-width: 6.5rem; padding: .4rem .8rem; background: var(--inner); border: 1px solid var(--line); border-radius: 8px; color: var(--soft); }
.tiles b { display: block; font-size: 1.3rem; line-height: 1.3; color: var(--text); font-variant-numeric: tabular-nums; }
.tiles .bad b { color: var(--bad); } .tiles .good b { color: var(--good); } .tiles .warn b { color: var(--warn); }
nav { margin: .7rem 0 0; display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; }
a { color: inherit; }
:focus-visible { outline: 2px solid var(--warn); outline-offset: 2px; }
.finding { margin: .7rem 0 0; padding: .6rem .8rem; border: 1px solid var(--line); border-left: 4px solid currentColor; border-radius: 8px; }
.finding > * { color: var(--text); }
.finding h4 { margin: 0; font-size: .85rem; font-weight: 600; overflow-wrap: anywhere; }
.sides { display: grid; grid-template-columns: 1fr 1fr; gap: .2rem .8rem; }
.sides h5 { margin: .3rem 0 0; font-size: .8rem; color: var(--soft); }
.sides > div { min-width: 0; } .sides pre { border-left: 3px solid var(--soft); } .sides .bad pre { border-color: var(--bad); } .sides .good pre { border-color: var(--good); }
.sides pre, .request pre { color: var(--text); }
details { margin: .3rem 0; } summary { cursor: pointer; overflow-wrap: anywhere; }
.request pre { max-height: 32rem; overflow: auto; }
.scenario { padding: .5rem 0; border-top: 1px solid var(--line); } .scenario:first-of-type { border-top: 0; }
.filter { display: flex; flex-wrap: wrap; gap: .3rem 1rem; align-items: center; margin: 0 0 .6rem; padding: 0; border: 0; }
.filter input[type=search] { font: inherit; padding: .25rem .5rem; color: inherit; background: var(--inner); border: 1px solid var(--soft); border-radius: 6px; min-width: 14rem; }
[hidden] { display: none !important; }
#rules td:last-child { min-width: 16rem; }
.family th { padding-top: .8rem; color: var(--text); }
.timeline { display: block; min-width: 60rem; max-width: 100%; height: auto; margin: .4rem 0; font: 11.5px system-ui, sans-serif; }
.timeline text { fill: var(--text); } .timeline .head { fill: var(--soft); font-size: 10.5px; font-weight: 600; }
.timeline .at, .timeline .gap { fill: var(--soft); font-variant-numeric: tabular-nums; } .timeline .gap { font-style: italic; }
.timeline .lane { stroke: var(--line); stroke-width: 1; fill: none; }
.timeline .event circle, .timeline .event rect, .timeline .event path { fill: var(--card); stroke: var(--soft); stroke-width: 2; }
.timeline .step rect { fill: var(--soft); } .timeline .step text { font-weight: 600; }
.timeline .kubernetes circle, .timeline .request circle, .timeline .inventory circle { stroke: var(--good); }
.timeline .request circle, .timeline .inventory circle { fill: var(--good); }
.timeline .fault path { fill: var(--warn); stroke: var(--warn); } .timeline .fault text { fill: var(--warn); }
.timeline .finding path { fill: var(--bad); stroke: var(--bad); } .timeline .bad text { fill: var(--bad); }
.timeline .cause { fill: none; stroke: var(--good); stroke-width: 1.4; opacity: .75; } .timeline .tip { fill: var(--good); }
.timeline .delay { fill: var(--good); font-size: 9.5px; font-variant-numeric: tabular-nums; paint-order: stroke; stroke: var(--card); stroke-width: 3; }
@media (max-width: 50rem) { .sides { grid-template-columns: 1fr; } }
@media print { .filter, nav { display: none; } .request pre { max-height: none; } .timeline { min-width: 0; width: 100%; } .finding { break-inside: avoid; } }
`;

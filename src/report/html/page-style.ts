/** Style of every page: light and dark as the reader has it, light on paper. */
export const pageStyle = `
:root { color-scheme: light dark; --text: #1d232b; --line: #d5dae1; --soft: #5b6675; --good: #18794e; --bad: #b42318; --warn: #9a6700; --back: #f5f6f8; --card: #fff; --inner: #f5f6f8; --code: #eef0f3; }
@media screen and (prefers-color-scheme: dark) { :root { --text: #e6e9ee; --line: #39424e; --soft: #9aa5b4; --good: #4cc38a; --bad: #ff8a80; --warn: #e0b252; --back: #14181d; --card: #1b2026; --inner: #242b33; --code: #242b33; } }
* { box-sizing: border-box; }
body { margin: 0; color: var(--text); background: var(--back); font: 14px/1.5 system-ui, sans-serif; }
header { padding: 1.1rem 1.5rem; background: var(--card); border-bottom: 1px solid var(--line); }
header p { margin: .2rem 0 0; color: var(--soft); }
h1 { display: flex; gap: .8rem; align-items: center; flex-wrap: wrap; margin: 0; font-size: 1.25rem; }
h2 { margin: 0 0 .6rem; font-size: 1.05rem; }
h3 { display: flex; gap: .2rem .7rem; align-items: center; flex-wrap: wrap; margin: 0 0 .4rem; font-size: .95rem; }
main { display: grid; gap: 1.1rem; padding: 1.1rem 1.5rem 3rem; max-width: 82rem; }
section { min-width: 0; padding: 1rem 1.1rem; background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
article { padding: .8rem 0; border-top: 1px solid var(--line); overflow-x: auto; }
article:first-of-type { border-top: 0; }
article p { margin: .25rem 0; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th { text-align: left; font-weight: 600; font-size: .85em; color: var(--soft); white-space: nowrap; }
th, td { padding: .25rem .9rem .25rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
tr:last-child > td { border-bottom: 0; }
td { overflow-wrap: anywhere; }
td.tight { white-space: nowrap; overflow-wrap: normal; }
.number-cell { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.good { color: var(--good); } .bad { color: var(--bad); } .warn { color: var(--warn); } .soft { color: var(--soft); }
.mark { display: inline-block; padding: 0 .6em; border: 1px solid currentColor; border-radius: 1em; font-size: .9em; font-weight: 600; white-space: nowrap; }
.legend { display: flex; gap: .3rem 1rem; flex-wrap: wrap; margin: .6rem 0 0; padding: 0; list-style: none; color: var(--soft); font-size: .9em; }
code, pre { font: 12.5px/1.5 ui-monospace, monospace; }
pre { margin: .4rem 0; padding: .6rem .8rem; background: var(--code); border-radius: 6px; white-space: pre-wrap; overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1rem; margin: .5rem 0 0; color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; }
@media print {
  body { background: none; font-size: 11px; } main { display: block; padding: 0; max-width: none; }
  section { border: 0; padding: .6rem 0; } article, tr { break-inside: avoid; } h2, h3 { break-after: avoid; }
}
`;

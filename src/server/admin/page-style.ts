/** Style of the live page. */
export const pageStyle = `
:root { color-scheme: light dark; --line: #d5dae1; --soft: #5b6675; --good: #18794e; --bad: #b42318; --warn: #9a6700; --back: #f7f8fa; --card: #fff; }
@media (prefers-color-scheme: dark) { :root { --line: #333b46; --soft: #9aa5b4; --good: #4cc38a; --bad: #ff8a80; --warn: #e0b252; --back: #14181d; --card: #1b2026; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--back); font: 14px/1.45 system-ui, sans-serif; }
header { display: flex; gap: 1.5rem; align-items: baseline; flex-wrap: wrap; padding: .9rem 1.5rem; background: var(--card); border-bottom: 1px solid var(--line); }
h1 { margin: 0; font-size: 1.15rem; letter-spacing: .02em; }
header p { margin: 0; color: var(--soft); }
#alarm { margin: 0; padding: .6rem 1.5rem; color: #fff; background: var(--bad); }
main { padding: 1rem 1.5rem 3rem; display: grid; gap: 1.25rem; }
section { min-width: 0; overflow-x: auto; padding: .75rem 1rem 1rem; background: var(--card); border: 1px solid var(--line); border-radius: 8px; }
h2 { margin: 0 0 .5rem; font-size: 1rem; }
small { color: var(--soft); font-weight: normal; }
table { width: 100%; border-collapse: collapse; }
th { text-align: left; font-weight: 600; color: var(--soft); white-space: nowrap; }
th, td { padding: .3rem .75rem .3rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
td { overflow-wrap: break-word; max-width: 26rem; }
td:last-child { overflow-wrap: anywhere; max-width: none; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.good { color: var(--good); } .bad { color: var(--bad); } .warn { color: var(--warn); } .soft { color: var(--soft); }
button { padding: 0; border: 0; background: none; font: inherit; color: inherit; text-decoration: underline dotted; cursor: pointer; }
pre { margin: 0; max-height: 30rem; overflow: auto; font: 12px/1.4 ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
`;

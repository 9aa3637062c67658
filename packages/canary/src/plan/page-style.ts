/** How the page looks, light and dark, wide and narrow; and how a line is picked out of nine. */
export const PAGE_STYLE = `
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #57606a; --rule: #d8dee4; --paper: #fff; --raised: #f6f8fa; --accent: #0969da;
  --c1: #6cb6ff; --c2: #2f81f7; --c3: #1158c7; --c4: #0a3069; --l1: #f0883e; --l2: #db6d28; --l3: #bc4c00; --l4: #762d0a; --a1: #6e7781; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --soft: #9198a1; --rule: #30363d; --paper: #0d1117; --raised: #161b22; --accent: #58a6ff;
  --c1: #1f6feb; --c2: #388bfd; --c3: #79c0ff; --c4: #cae8ff; --l1: #bd561d; --l2: #f0883e; --l3: #ffa657; --l4: #ffdfb6; --a1: #8b949e; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; }
main { max-width: 1100px; margin: 0 auto; padding: 24px 16px 64px; }
section + section { margin-top: 56px; border-top: 1px solid var(--rule); padding-top: 24px; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 8px; overflow-wrap: anywhere; }
h2 { font-size: 1.05rem; margin: 32px 0 8px; }
.question { color: var(--soft); margin: 0 0 16px; max-width: 75ch; }
.recommended { background: var(--raised); border: 1px solid var(--rule); border-left: 4px solid var(--accent); border-radius: 6px; padding: 10px 14px; margin: 0 0 20px; max-width: 90ch; overflow-wrap: anywhere; }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: 4px 16px; padding: 0; margin: 0 0 12px; font-size: .85rem; }
.legend li { display: flex; align-items: center; gap: 6px; cursor: default; }
.legend svg { width: 26px; height: 8px; }
.legend em { color: var(--accent); font-style: normal; font-weight: 600; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 420px), 1fr)); gap: 20px 28px; }
figure { margin: 0; min-width: 0; }
figcaption { font-weight: 600; font-size: .95rem; margin-bottom: 2px; }
figure svg { width: 100%; height: auto; display: block; }
figure text { fill: var(--soft); font-size: 12px; }
figure text.axis { fill: var(--ink); }
.grid { stroke: var(--rule); stroke-width: 1; }
.line { fill: none; stroke-width: 2.25; stroke-linejoin: round; }
.front { fill: none; stroke: var(--rule); stroke-width: 6; stroke-linecap: round; stroke-linejoin: round; }
.dot text { font-size: 11px; fill: var(--ink); }
.tie { stroke: var(--soft); stroke-width: .75; }
.dot.own text { font-weight: 700; }
.dot.own circle { stroke: var(--ink); stroke-width: 2; }
${['c1', 'c2', 'c3', 'c4', 'l1', 'l2', 'l3', 'l4', 'a1']
  .map(
    (look) =>
      `.line.${look} { stroke: var(--${look}); } .dot.${look} circle, i.${look} { fill: var(--${look}); background: var(--${look}); }`,
  )
  .join('\n')}
.l1, .l2, .l3, .l4 { stroke-dasharray: 7 3; } .a1 { stroke-dasharray: 2 3; } .dot, .dot circle { stroke-dasharray: none; }
.picked .line, .picked .dot { opacity: .15; } .picked .is-picked { opacity: 1; }
.swatch { display: inline-block; width: 10px; height: 10px; border-radius: 50%; margin-right: 8px; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: 6px 10px; border-bottom: 1px solid var(--rule); white-space: nowrap; vertical-align: top; }
th:first-child { text-align: left; font-weight: 500; }
thead th { color: var(--soft); font-weight: 500; }
tr.own th, tr.own td { background: var(--raised); font-weight: 650; }
td small { display: block; color: var(--soft); font-weight: 400; }
.notes { color: var(--soft); font-size: .9rem; padding-left: 20px; max-width: 90ch; }
@media (max-width: 520px) {
  body { font-size: 15px; }
  main { padding: 16px 12px 48px; }
  h1 { font-size: 1.2rem; }
  figure text, figure text.axis { font-size: 13px; }
  .dot text { font-size: 12px; }
  table { font-size: .78rem; }
  th, td { padding: 5px 3px; white-space: normal; }
  th:first-child { min-width: 80px; }
  tbody th:first-child { overflow-wrap: anywhere; }
  td small { font-size: .9em; }
  .swatch { margin-right: 5px; width: 8px; height: 8px; }
}
`;

export const PAGE_SCRIPT = `
for (const item of document.querySelectorAll('[data-series]')) {
  const section = item.closest('section');
  const pick = (on) => () => {
    section.classList.toggle('picked', on);
    for (const each of section.querySelectorAll('[data-series="' + item.dataset.series + '"]')) each.classList.toggle('is-picked', on);
  };
  item.addEventListener('pointerenter', pick(true));
  item.addEventListener('pointerleave', pick(false));
  item.addEventListener('focus', pick(true));
  item.addEventListener('blur', pick(false));
}
`;

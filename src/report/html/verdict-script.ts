/** Filters the table of rules; the page says all without it. */
export const verdictScript = `
const filter = document.querySelector('.filter');
if (filter) {
  const rows = [...document.querySelectorAll('tr[data-state]')];
  const apply = () => {
    const states = new Set([...filter.querySelectorAll('input[type=checkbox]')].filter((box) => box.checked).map((box) => box.value));
    const words = filter.querySelector('input[type=search]').value.toLowerCase().split(/\\s+/);
    for (const row of rows) {
      const text = row.textContent.toLowerCase();
      row.hidden = !states.has(row.dataset.state) || !words.every((word) => text.includes(word));
    }
    for (const head of document.querySelectorAll('tr.family')) {
      let row = head.nextElementSibling;
      while (row && !row.classList.contains('family') && row.hidden) row = row.nextElementSibling;
      head.hidden = !row || row.classList.contains('family');
    }
  };
  filter.addEventListener('input', apply);
  filter.addEventListener('submit', (event) => event.preventDefault());
  filter.hidden = false;
}
`;

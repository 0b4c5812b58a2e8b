"use strict";
(() => {
  const search = document.getElementById("zoek");
  const attention = document.getElementById("aandacht-alleen");
  const found = document.getElementById("gevonden");
  const groups = document.querySelectorAll(".learners tbody");
  const filter = () => {
    const words = search.value.trim().toLowerCase();
    let number = 0;
    for (const group of groups) {
      const [head, ...rows] = group.rows;
      const all = head.textContent.toLowerCase().includes(words);
      let some = false;
      for (const row of rows) {
        const named = all || row.cells[0].textContent.toLowerCase().includes(words);
        const shown = named && (!attention.checked || "attention" in row.dataset);
        row.hidden = !shown;
        some = some || shown;
        number += shown ? 1 : 0;
      }
      head.hidden = !some;
    }
    found.textContent = number;
  };
  search.addEventListener("input", filter);
  attention.addEventListener("change", filter);
  search.form.addEventListener("submit", (event) => event.preventDefault());
})();

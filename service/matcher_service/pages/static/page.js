"use strict";
(() => {
  for (const part of document.querySelectorAll("[data-needs-script]")) part.hidden = false;

  // Rows that hold what somebody types; the number found is told to all.
  for (const field of document.querySelectorAll("[data-filters]")) {
    const rows = document.getElementById(field.dataset.filters).tBodies[0].rows;
    const found = document.getElementById("gevonden");
    field.addEventListener("input", () => {
      const words = field.value.trim().toLowerCase();
      let number = 0;
      for (const row of rows) {
        row.hidden = !row.textContent.toLowerCase().includes(words);
        number += row.hidden ? 0 : 1;
      }
      found.textContent = found.dataset.text.replace("#", number);
    });
    field.form.addEventListener("submit", (event) => event.preventDefault());
  }

  // A job that goes on: load the page again once it is over.
  for (const part of document.querySelectorAll("[data-follow]")) {
    const source = new EventSource(`/v1/runs/${part.dataset.follow}/events`);
    source.addEventListener("state", (event) => {
      if (["done", "failed", "cancelled"].includes(JSON.parse(event.data).state)) {
        source.close();
        location.reload();
      }
    });
  }
})();

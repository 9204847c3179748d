// Leaving at once: the page is replaced, so that "back" does not lead here, and its title and words
// go before the next page has come. Escape, three times within two seconds, does the same.
const way = document.querySelector("[data-leave]");
function leave(event) {
  if (event) event.preventDefault();
  document.body.hidden = true;
  document.title = "";
  location.replace(way.href);
}
if (way) {
  way.addEventListener("click", leave);
  let pressed = [];
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    // A browser stops what is loading at Escape; who presses on must still get away.
    event.preventDefault();
    pressed = [...pressed.filter((at) => event.timeStamp - at < 2000), event.timeStamp];
    if (pressed.length >= 3) leave();
  });
}

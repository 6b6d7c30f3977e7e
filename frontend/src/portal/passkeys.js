// Says in the page why a passkey could not be used: allauth's script tells it as an event, and else in the console alone.
document.addEventListener("allauth.error", (event) => {
    const place = document.getElementById("passkey-problem");
    if (!place) return;
    event.preventDefault();
    place.hidden = false;
    place.focus();
});

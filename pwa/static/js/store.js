// The one thing that a page remembers: the chosen area. No storage (private window, full phone) is no error.
export function chosenPlace() {
  try {
    const place = JSON.parse(localStorage.getItem("place"));
    return place && /^[a-z]{2}(-[a-z0-9]{1,3})?$/.test(place.area) ? place : null;
  } catch {
    return null;
  }
}

export function choosePlace(area, name) {
  try {
    localStorage.setItem("place", JSON.stringify({ area, name }));
  } catch {
    return;
  }
}

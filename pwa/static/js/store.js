// What a page remembers on this phone. No storage (private window, full phone) is no error.
export function read(name) {
  try {
    return JSON.parse(localStorage.getItem(name));
  } catch {
    return null;
  }
}

export function write(name, value) {
  try {
    if (value === null) localStorage.removeItem(name);
    else localStorage.setItem(name, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}

export function chosenPlace() {
  const place = read("place");
  return place && /^[a-z]{2}(-[a-z0-9]{1,3})?$/.test(place.area) ? place : null;
}

export function choosePlace(area, name) {
  write("place", { area, name });
}

// Light, dark, or as the system has it; remembered by this browser.

const NAME = 'levee.theme';
const CHOICES = ['system', 'light', 'dark'];

function remembered() {
  try {
    return CHOICES.includes(localStorage.getItem(NAME)) ? localStorage.getItem(NAME) : 'system';
  } catch {
    return 'system';
  }
}

let choice = remembered();

function apply() {
  if (choice === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = choice;
}

export const theme = () => choice;

export function nextTheme() {
  choice = CHOICES[(CHOICES.indexOf(choice) + 1) % CHOICES.length];
  try {
    localStorage.setItem(NAME, choice);
  } catch {
    // A browser that remembers nothing shows it all the same.
  }
  apply();
  return choice;
}

apply();

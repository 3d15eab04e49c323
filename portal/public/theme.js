// Before anything is drawn, so that a dark page is never white for a moment. `shell/theme.ts` sets what is read here.
(() => {
  let wished = null;
  try {
    wished = localStorage.getItem('jouvence.theme');
  } catch {}
  const dark = wished === 'dark' || (wished !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
})();

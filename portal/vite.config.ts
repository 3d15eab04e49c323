import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** `npm run build` (and `npm start`, when sources have changed) makes `portal/dist`; the API server sends it. */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), tailwindcss()],
  worker: { format: 'es' },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    // Which file needs which: `tests/portal/size.test.ts` weighs them.
    manifest: true,
    target: 'es2023',
    chunkSizeWarningLimit: 700,
    reportCompressedSize: false,
  },
  clearScreen: false,
  // While one writes pages: `npx vite portal`, with a server of `npm start` behind it.
  server: {
    proxy: Object.fromEntries(
      ['/api', '/enter', '/sign-in', '/invitation', '/ready'].map((path) => [path, 'http://localhost:8080']),
    ),
  },
});

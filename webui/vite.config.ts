import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig, type Plugin } from 'vite';

// For `npx vite`: a running box to which API calls go.
const box = process.env.MNARA_BOX ?? 'http://127.0.0.1:8080';

// The dark colours are written once, for who chooses them; the same hold where the system is dark.
const darkAsTheSystem: Plugin = {
  name: 'dark-as-the-system',
  enforce: 'pre',
  transform(code, id) {
    if (!id.endsWith('/tokens.css')) return;
    const dark = /:root\[data-theme='dark'\] (\{[^}]*\})/.exec(code)?.[1];
    if (!dark) throw new Error('tokens.css has no dark colours');
    return `${code}@media (prefers-color-scheme: dark) { :root:not([data-theme='light']) ${dark} }`;
  },
};

export default defineConfig({
  plugins: [darkAsTheSystem, svelte({
      compilerOptions: { runes: true },
      // Forms begin with what they were given, on purpose; the check says the same.
      onwarn: (warning, log) => warning.code !== 'state_referenced_locally' && log?.(warning),
    })],
  build: {
    target: 'es2022',
    // The daemon serves one flat folder under /assets.
    assetsDir: 'assets',
    modulePreload: { polyfill: false },
    // On a slow network a request costs more than the few bytes that another screen's styles are.
    cssCodeSplit: false,
    reportCompressedSize: false,
    rollupOptions: {
      output: {
        // What many screens share would cost a request for each small piece: it goes with the entry.
        manualChunks: (id) => (/\/src\/(main\.ts$|lib\/((ui|api)\/)?[\w.]+\.(ts|svelte)$)/.test(id) && !id.endsWith('/Qr.svelte') ? 'index' : undefined),
        experimentalMinChunkSize: 3000,
      },
    },
  },
  server: { proxy: { '/api': box, '/sign-in': box } },
});

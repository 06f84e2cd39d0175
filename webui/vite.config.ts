import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

// For `npx vite`: a running box to which API calls go.
const box = process.env.MNARA_BOX ?? 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [svelte({
      compilerOptions: { runes: true },
      // Forms begin with what they were given, on purpose; the check says the same.
      onwarn: (warning, log) => warning.code !== 'state_referenced_locally' && log?.(warning),
    })],
  build: {
    target: 'es2022',
    // The daemon serves one flat folder under /assets.
    assetsDir: 'assets',
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rollupOptions: {
      output: {
        // Small pieces that many screens share cost a request each: they go with the entry.
        experimentalMinChunkSize: 3000,
      },
    },
  },
  server: { proxy: { '/api': box, '/sign-in': box } },
});

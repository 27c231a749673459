import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

// A running Vigil to develop against, such as VITE_VIGIL=http://localhost:8080 npm run dev
const vigil = process.env.VITE_VIGIL ?? 'http://localhost:8080';

export default defineConfig({
  base: '/',
  plugins: [react()],
  resolve: {
    alias: { '@rjsf/validator-ajv8': fileURLToPath(new URL('./src/common/noAjv.ts', import.meta.url)) },
  },
  server: {
    proxy: {
      '/api': { target: vigil, ws: true },
      '/health': { target: vigil },
    },
  },
  build: {
    target: 'es2022',
    // Inlined files would be data: addresses, which the page's policy forbids for all but pictures.
    assetsInlineLimit: 0,
    manifest: true,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 900,
  },
  test: {
    environment: 'jsdom',
    setupFiles: './src/test/setup.ts',
    maxWorkers: 2,
    testTimeout: 120_000,
    // @rjsf/mantine imports dayjs plugins without their extension.
    server: { deps: { inline: [/@rjsf/] } },
  },
});

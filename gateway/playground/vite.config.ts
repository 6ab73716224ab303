import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** The playground, built once by `npm run generate` and served by the gateway itself. */
export default defineConfig({
  base: '/playground/',
  plugins: [react()],
  worker: { format: 'es' },
  build: { outDir: 'dist', emptyOutDir: true, chunkSizeWarningLimit: 5_000, reportCompressedSize: false },
})

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { clientsIn, strayFilesIn } from './clients.ts'

test('a client is a folder with operations; what is in none of them is found', () => {
  const dir = mkdtempSync(join(tmpdir(), 'inkstream-clients-'))
  try {
    for (const file of [
      'web/pages/home.graphql',
      'web/manifest.json',
      'gone/manifest.json',
      'code.ts',
      'beside.graphql',
    ]) {
      mkdirSync(dirname(join(dir, file)), { recursive: true })
      writeFileSync(join(dir, file), '')
    }
    expect(clientsIn(dir)).toEqual(['web'])
    expect(strayFilesIn(dir)).toEqual(['beside.graphql', 'gone/manifest.json'])
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
})

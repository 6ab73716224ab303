import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { sign } from '#toolkit/trust/signature.ts'

/** The guide to verifying signatures. Its example has real values. */
const guide = readFileSync(new URL('../../docs/guides/own-a-subgraph.md', import.meta.url), 'utf8')

test('the example of the guide equals what the gateway sends', () => {
  const caller = Buffer.from('{"actor":null,"address":"127.0.0.1"}').toString('base64url')
  const example = {
    method: 'POST',
    path: '/graphql',
    body: '{"query":"{__typename}"}',
    header: (name: string) => (name === 'inkstream-caller' ? caller : undefined),
  }
  const headers = sign('gateway', { id: '1', secret: 'only-for-trying-it-out' }, example, 1_800_000_000_000)
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  expect(guide).toContain(`\`\`\`\n${lines.join('\n')}\n\`\`\``)
  const [, params] = headers['signature-input']?.split(/=(.*)/s) ?? []
  const covered = [
    `"@method": POST\n"@path": /graphql\n"@query": ?\n"content-digest": ${headers['content-digest']}`,
    `"inkstream-caller": ${caller}\n"@signature-params": ${params}`,
  ]
  expect(guide).toContain(`\`\`\`\n${covered.join('\n')}\n\`\`\``)
  for (const [name, value] of Object.entries(headers)) expect(guide).toMatch(pythonEntry(name, value))
})

const pythonEntry = (name: string, value: string) =>
  new RegExp(`"${name}": (["'])${value.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')}\\1,`)

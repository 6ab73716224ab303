import { expect, test } from 'vitest'
import { neverProxyLoopback } from './loopback.ts'

const ours = '127.0.0.1,localhost,[::1],::1'

test.each([
  [{}, { NO_PROXY: ours }],
  [{ NO_PROXY: 'example.com, 127.0.0.1' }, { NO_PROXY: 'example.com,127.0.0.1,localhost,[::1],::1' }],
  [
    { no_proxy: 'example.com', NO_PROXY: 'other' },
    { no_proxy: `example.com,${ours}`, NO_PROXY: 'other' },
  ],
  [{ NO_PROXY: '*' }, { NO_PROXY: '*' }],
])('%j becomes %j', (env: NodeJS.ProcessEnv, expected) => {
  neverProxyLoopback(env)
  expect(env).toEqual(expected)
})

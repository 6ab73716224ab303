import { describe, expect, test } from 'vitest'
import { isReserved } from './reserved.ts'

describe('a reserved username is', () => {
  test.each([
    ...['admin', 'administrator', 'root', 'support', 'system', 'moderator', 'staff', 'official', 'security'],
    ...[
      'inkstream',
      'inkstream_team',
      'the_inkstream',
      'null',
      'undefined',
      'api',
      'graphql',
      'anonymous',
      'postmaster',
    ],
    // Look-alikes.
    ...['_admin_', 'ad_min', 'adm1n', '4dm1n', 'r00t', 'nu11', 'm_e', '1nkstream', 'ink_stream', '5y5t3m', 'he1p'],
  ])('%s', (name) => expect(isReserved(name)).toBe(true))
})

describe('an allowed username is', () => {
  test.each([
    'ada',
    'ada_1',
    'mara_k',
    'inky',
    'ink',
    'upstream',
    'rooted',
    'administer',
    'mia',
    'api_arist',
    'post_1_2_',
  ])('%s', (name) => expect(isReserved(name)).toBe(false))
})

import { describe, expect, test } from 'vitest'
import { networkOf, readAddress } from './network.ts'

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['::ffff:c000:0207', '192.0.2.7'],
  ['192.0.2.7:40001', '192.0.2.7'],
  ['[::ffff:192.0.2.7]:40001', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:0DB8:0001:0002::1', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8::/64'],
  ['[2001:db8::1]', '2001:db8::/64'],
  ['[2001:db8::2]:443', '2001:db8::/64'],
  ['::1', '::/64'],
  ['fe80::1%eth0', 'fe80::/64'],
  ['[fe80::1%25eth1]:443', 'fe80::/64'],
  ['not an address', 'unknown'],
  [null, 'unknown'],
])('%j counts as %j', (address, network) => expect(networkOf(address)).toBe(network))

describe('an address', () => {
  test.each([
    ['2001:DB8::0001', '2001:db8::1'],
    ['::ffff:203.0.113.8', '203.0.113.8'],
    [' 203.0.113.8:65535 ', '203.0.113.8'],
    ['[2001:db8::1%eth0]:1', '2001:db8::1'],
  ])('%j is read as %j', (text, address) => expect(readAddress(text)).toBe(address))

  test.each(
    [
      ['', 'unknown', '_hidden', '7', '40001', '0x7f000001', '127.1', '0313.0.0161.8', '203.0.113.8.', '256.0.0.1'],
      ['203.0.113.8:', '203.0.113.8:port', '203.0.113.8:1:2', '[203.0.113.8', '2001:db8::g', '[]:1', ':1', undefined],
    ].flat(),
  )('%j is none', (text) => expect(readAddress(text)).toBeNull())
})

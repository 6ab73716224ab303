import { describe, expect, test } from 'vitest'
import { email } from './email.ts'

const label = (length: number) => 'x'.repeat(length)
/** A domain with this many characters. */
const domain = (length: number) => `${`${label(49)}.`.repeat(9).slice(0, length - 4)}.org`

describe('an address may be', () => {
  test.each([
    ...['ada@example.org', " o'brien+ink@example.co.uk ", '林@例え.jp', 'ada@例え.日本', 'ada@xn--r8jz45g.xn--p1ai'],
    ...['a@b.org', '_@b.org', '-a-@b.org', 'a.b.c@b.org', "!#$%&'*+/=?^_`{|}~-@b.org", 'ada@1.org', 'ada@a--b.org'],
    ...[`${label(64)}@b.org`, `${'é'.repeat(32)}@b.org`, `ada@${label(63)}.org`, `a@${domain(252)}`],
  ])('%j', (address) => expect(email.safeParse(address).success).toBe(true))
})

describe('an address is not', () => {
  test.each([
    // Before the @.
    ...['@b.org', '.ada@b.org', 'ada.@b.org', 'a..b@b.org', '"ada"@b.org', 'a"b@b.org', '"a b"@b.org', 'a b@b.org'],
    ...['a(b)@b.org', 'a,b@b.org', 'a:b@b.org', 'a;b@b.org', '<ada@b.org>', 'a[b]@b.org', 'a\\b@b.org', 'a@b@c.org'],
    ...[`${label(65)}@b.org`, `${'é'.repeat(33)}@b.org`],
    // After the @.
    ...['ada', 'ada@', 'ada@.', 'ada@org', 'ada@localhost', 'ada@.b.org', 'ada@b..org', 'ada@b.org.', 'ada@b.org..'],
    ...['a@-x.example', 'a@x-.example', 'a@x.-example', 'a@x.example-', 'a@-.org', 'a@x_y.org', 'a@_dmarc.x.org'],
    ...[`ada@${label(64)}.org`, `ada@b.${label(64)}`, `ada@${'é'.repeat(63)}.org`, `a@${domain(253)}`],
    ...['ada@127.0.0.1', 'ada@[127.0.0.1]', 'ada@[IPv6:::1]', 'ada@1.2', 'ada@0x7f.1', 'ada@b.123', 'ada@１２７.0.0.1'],
    ...[
      'ada@b。',
      'ada@b。.org',
      'ada@b.org:25',
      'ada@b.org/x',
      'ada@b.org?',
      'ada@b.org#',
      'ada@b%6frg.net',
      'ada@x!.org',
    ],
  ])('%j', (address) => expect(email.safeParse(address).success).toBe(false))
})

test('the ideographic full stop divides labels as a dot does', () =>
  expect(email.safeParse('ada@例え。jp').success).toBe(true))

test('an invalid address is refused quickly, however long it is', () => {
  const before = process.cpuUsage()
  for (const address of ['a.'.repeat(500_000), `a@${'x.'.repeat(500_000)}`, `${'-'.repeat(254)}@`])
    expect(email.safeParse(address).success).toBe(false)
  const { user, system } = process.cpuUsage(before)
  expect((user + system) / 1_000).toBeLessThan(1_000)
})

import { domainToASCII } from 'node:url'
import { z } from 'zod'
import { text } from '#cqrs/command/input.ts'

/** An address that is to be found. It may be older than a rule. */
export const givenEmail = text(1, 254).pipe(
  z.email({ pattern: z.regexes.unicodeEmail, error: 'must be an e-mail address', abort: true }),
)

/** Characters that nobody sees, and those that turn the direction of text: two addresses would look like one. */
const unseen = /[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]/u

/**
 * An address that mail can be sent to, as RFC 5321 (4.1.2, 4.5.3.1), RFC 1123 (2.1) and for other scripts RFC 6531 have it:
 * a name of dots and atoms, not quoted, and a domain name, not an IP address. Trimmed and in NFC. Whether it can be
 * reached, only a letter to it would show.
 */
export const email = givenEmail
  .refine((address) => !unseen.test(address), { error: 'must not contain characters that cannot be seen', abort: true })
  .refine(isDeliverable, { error: 'must be an e-mail address' })

/** Octets that the part before the `@`, and the whole, have at most. */
const LONGEST_NAME = 64
const LONGEST_ADDRESS = 254

/** Before the `@`: atoms with single dots between, of ASCII or of any other script. */
const dotAtom = /^[\w!#$%&'*+/=?^`{|}~\u0080-\u{10FFFF}-]+(?:\.[\w!#$%&'*+/=?^`{|}~\u0080-\u{10FFFF}-]+)*$/u

function isDeliverable(address: string): boolean {
  const at = address.lastIndexOf('@')
  const name = address.slice(0, at)
  const domain = asciiOf(address.slice(at + 1))
  return (
    dotAtom.test(name) &&
    Buffer.byteLength(name) <= LONGEST_NAME &&
    isDomain(domain) &&
    Buffer.byteLength(name) + 1 + domain.length <= LONGEST_ADDRESS
  )
}

/** The ASCII form of a domain; what a URL would take as the end of it is none. */
const asciiOf = (domain: string): string => (/[%/?#:@\\[\]]/.test(domain) ? '' : domainToASCII(domain))

/** Two labels or more, the last of them no number (an IP address has one), and no dot at the end. */
const isDomain = (ascii: string): boolean => z.regexes.hostname.test(ascii) && /\.(?!\d+$)[a-z0-9-]+$/.test(ascii)

import { domainToASCII } from 'node:url'
import { z } from 'zod'
import { text } from '#cqrs/command/input.ts'

/** An address to look up. It may be older than a rule for new ones. */
export const givenEmail = text(1, 254).pipe(
  z.email({ pattern: z.regexes.unicodeEmail, error: 'must be an e-mail address', abort: true }),
)

/** Invisible characters and those that change the text direction: two addresses would look the same. */
const unseen = /[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]/u

/**
 * An address for mail, by RFC 5321 (4.1.2, 4.5.3.1), RFC 1123 (2.1) and, for other scripts, RFC 6531: an unquoted name
 * of atoms and dots, and a domain name, not an IP address. Trimmed and in NFC. It need not exist.
 */
export const email = givenEmail
  .refine((address) => !unseen.test(address), { error: 'must not contain characters that cannot be seen', abort: true })
  .refine(isDeliverable, { error: 'must be an e-mail address' })

/** Maximum octets of the part before the `@`, and of the whole address. */
const LONGEST_NAME = 64
const LONGEST_ADDRESS = 254

/** The part before the `@`: atoms separated by single dots, in any script. */
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

/** The ASCII form of a domain; empty if it contains a character that would end it in a URL. */
const asciiOf = (domain: string): string => (/[%/?#:@\\[\]]/.test(domain) ? '' : domainToASCII(domain))

/** True for two labels or more without a trailing dot, the last not a number (as in an IP address). */
const isDomain = (ascii: string): boolean => z.regexes.hostname.test(ascii) && /\.(?!\d+$)[a-z0-9-]+$/.test(ascii)

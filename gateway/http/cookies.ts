import { type Cookies, parseCookie } from 'cookie'

/** Reads a request's header `cookie`. A value in quotes is read without them; of several with one name the first counts. */
export const readCookies = (header: string | undefined): Cookies => parseCookie(header ?? '', { decode: withoutQuotes })

const withoutQuotes = (value: string): string =>
  value.length > 1 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value

import { expect, test } from 'vitest'
import { expectQuick, hostileBodies } from './plain-text.fixture.ts'
import { readingMinutes } from './reading-minutes.ts'

test.each([
  ['no words', '!', 1],
  ['a word', 'ink', 1],
  ['238 words', 'ink '.repeat(238), 1],
  ['239 words', 'ink '.repeat(239), 2],
  ['words with apostrophes and marks', "it's “naïve” हिन्दी ".repeat(238), 3],
  ['Korean words', '잉크가 마른다 '.repeat(238), 2],
  ['500 characters of Chinese', '墨'.repeat(500), 1],
  ['501 characters of Chinese', `${'墨'.repeat(500)}，乾`, 2],
  ['Japanese', 'インクが乾く'.repeat(500), 6],
  ['Thai, which has six words here', 'หมึกแห้งช้าบนกระดาษเก่า'.repeat(238), 6],
  ['Chinese and English together', `${'墨水'.repeat(500)} ${'ink '.repeat(238)}`, 3],
  ['code', `\`\`\`\n${'ink '.repeat(500)}\n\`\`\``, 3],
  ['an image as an address', `![ink](data:image/png;base64,${'iVBOR/w0+'.repeat(10_000)})`, 1],
  ['addresses', `https://example.org/${'a/b/c/'.repeat(1_000)}`, 1],
])('%s', (_, body, minutes) => expect(readingMinutes(body)).toBe(minutes))

test.each(hostileBodies)('takes little time: %s', (_, body) => expectQuick(() => readingMinutes(body)))

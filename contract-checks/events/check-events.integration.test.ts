import { expect, test } from 'vitest'
import { CannotJudge } from '../change.ts'
import { breaking, type Case, dangerous, safe, testCheck } from '../facts/check-cases.fixture.ts'
import { scratchSide } from '../facts/scratch-side.fixture.ts'
import { checkEvents } from './check-events.ts'

const posts = 'contracts/events/posts.proto'
const comments = 'contracts/events/comments.proto'
const follows = 'contracts/events/follows.proto'
/** Of follows: no projection reads it. */
const unread = 'google.protobuf.Timestamp updated_at = 5;'
const publish = 'subgraphs/posts/write/commands/publish-post.ts'

const readers = {
  ofAllPosts: ['comments: projection of posts', 'comments: reference of posts', 'posts: projection of posts'],
  ofTitles: ['posts: projection of posts'],
}

const cases: readonly Case[] = [
  { what: 'equal events report nothing', edits: [], reported: [] },
  {
    what: 'a changed comment reports nothing',
    edits: [[posts, '// 1 to 200 characters; empty when deleted.', '// The title.']],
    reported: [],
  },
  {
    what: 'an added field is safe',
    edits: [[posts, 'repeated string former_slugs = 12;', 'repeated string former_slugs = 12;\n  string lead = 99;']],
    reported: [safe('events.field-added', posts, 'string lead = 99;')],
  },
  {
    what: 'an added message is safe',
    edits: [[posts, /$/, '\nmessage Series {\n  string id = 1;\n}\n']],
    reported: [safe('events.message-added', posts, 'message Series')],
  },
  {
    what: 'a renumbered field is lost to projections that read it',
    edits: [[posts, 'string title = 3;', 'string title = 99;']],
    reported: [breaking('events.field-renumbered', posts, 'string title = 99;', readers.ofTitles)],
  },
  {
    what: 'two fields that swap numbers are renumbered, not renamed',
    edits: [
      [posts, 'string title = 3;', 'string slug = 3;'],
      [posts, 'string slug = 4;', 'string title = 4;'],
    ],
    reported: [
      breaking('events.field-renumbered', posts, 'slug = 3', readers.ofTitles),
      breaking('events.field-renumbered', posts, 'title = 4', readers.ofTitles),
    ],
  },
  {
    what: 'a renamed field has the same bytes, but is dangerous to the code that reads it',
    edits: [[posts, 'string title = 3;', 'string headline = 3;']],
    reported: [dangerous('events.field-renamed', posts, 'headline = 3', readers.ofTitles)],
  },
  {
    what: 'a retyped field breaks every consumer of the message',
    edits: [[posts, 'string title = 3;', 'int32 title = 3;']],
    reported: [breaking('events.field-retyped', posts, 'int32 title = 3;', readers.ofAllPosts)],
  },
  {
    what: 'a repeated field that becomes singular is retyped',
    edits: [[posts, 'repeated string tags = 9;', 'string tags = 9;']],
    reported: [breaking('events.field-retyped', posts, 'string tags = 9;', readers.ofAllPosts)],
  },
  {
    what: 'a removed field whose number is not reserved is breaking, read or not',
    edits: [[follows, `\n  ${unread}`, '']],
    reported: [breaking('events.field-removed-unreserved', follows, unread)],
  },
  {
    what: 'reserving a field that nothing reads is dangerous',
    edits: [[follows, unread, 'reserved 5;\n  reserved "updated_at";']],
    reported: [dangerous('events.field-removed', follows, unread)],
  },
  {
    what: 'a reserved field that projections read breaks them, although they read it only for some states',
    edits: [[posts, 'bool draft = 10;', 'reserved 10;\n  reserved "draft";']],
    reported: [breaking('events.field-removed', posts, 'bool draft = 10;', readers.ofAllPosts)],
  },
  {
    what: 'removing a reservation is breaking',
    before: [[comments, 'string hidden_reason = 10;', 'reserved 10;\n  reserved "hidden_reason";']],
    edits: [[comments, 'reserved 10;\n  reserved "hidden_reason";', '']],
    reported: ['10', 'hidden_reason'].map(() =>
      breaking('events.reserved-message-no-delete', comments, 'message Comment {', [
        'comments: projection of comments',
        'posts: projection of comments',
      ]),
    ),
  },
  {
    what: 'a renamed message breaks the consumers of its topic',
    edits: [[comments, 'message Comment {', 'message Remark {']],
    reported: [
      breaking('events.message-renamed', comments, 'message Remark {', [
        'comments: projection of comments',
        'posts: projection of comments',
      ]),
    ],
  },
  {
    what: 'a removed message breaks the consumers of its topic',
    edits: [[comments, /message Comment \{[\s\S]*\}/, 'message Silence {\n  google.protobuf.Timestamp at = 1;\n}']],
    reported: [
      breaking('events.message-removed', comments, 'message Comment {', [
        'comments: projection of comments',
        'posts: projection of comments',
      ]),
      safe('events.message-added', comments, 'message Silence'),
    ],
  },
  {
    what: 'a removed file breaks the consumers of its messages',
    edits: [['contracts/events/favorites.proto', null, null]],
    reported: [
      breaking('events.file-removed', 'contracts/events/favorites.proto', null, ['posts: projection of favorites']),
    ],
  },
  {
    what: 'findings of buf lint are breaking',
    edits: [[posts, 'former_slugs = 12;', 'former_slugs = 12;\n  string leadText = 99;']],
    reported: [
      breaking('events.lint', posts, 'string leadText = 99;'),
      safe('events.field-added', posts, 'string leadText = 99;'),
    ],
  },
  {
    what: 'relaxing the rules in the same change has no effect',
    edits: [
      ['buf.yaml', 'use: [FILE]', 'use: [WIRE]'],
      [follows, `\n  ${unread}`, ''],
    ],
    reported: [breaking('events.field-removed-unreserved', follows, unread)],
  },
  {
    what: 'messages that do not compile are breaking, with the line',
    edits: [[posts, 'string title = 3;', 'text title = 3;']],
    reported: [
      breaking('events.does-not-compile', posts, 'text title = 3;', ['everything that encodes or decodes events']),
    ],
  },
  {
    what: 'removing an event type without announcement is breaking',
    edits: [[publish, 'inkstream.post.published.v1', 'inkstream.post.updated.v1']],
    reported: [
      breaking('events.type-removed', publish, 'inkstream.post.published.v1', [
        'consumers of blog.posts.v1 that select by ce_type',
      ]),
    ],
  },
  {
    what: 'removing an event type after its announcement is dangerous',
    before: [[posts, 'message Post {', '// Retired event type: inkstream.post.published.v1\nmessage Post {']],
    edits: [[publish, 'inkstream.post.published.v1', 'inkstream.post.updated.v1']],
    reported: [
      dangerous('events.type-retired', publish, 'inkstream.post.published.v1', [
        'consumers of blog.posts.v1 that select by ce_type',
      ]),
    ],
  },
  {
    what: 'a new event type is safe',
    edits: [['subgraphs/posts/write/commands/pin-post.ts', null, "export const type = 'inkstream.post.pinned.v1'\n"]],
    reported: [safe('events.type-added', 'subgraphs/posts/write/commands/pin-post.ts', 'inkstream.post.pinned.v1')],
  },
]

testCheck(checkEvents, cases)

test('cannot judge against messages that did not compile before', async () => {
  using before = scratchSide('v0', [[posts, 'string title = 3;', 'text title = 3;']])
  using after = scratchSide('after')
  await expect(checkEvents(before, after)).rejects.toThrow(new CannotJudge('contracts/events of v0 does not compile.'))
})

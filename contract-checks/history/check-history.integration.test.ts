import { breaking, type Case, safe, testCheck } from '../facts/check-cases.fixture.ts'
import { checkHistory } from './check-history.ts'

const set = 'contracts/history/0.1.0'
const file = `${set}/blog.users.v1.jsonl`
const posts = 'contracts/events/posts.proto'
const projection = 'subgraphs/posts/read/projections/posts.ts'
const lost = ['the test that every consumer reads recorded events']
const ofPosts = ['comments: projection of posts', 'comments: reference of posts', 'posts: projection of posts']
const bothSets = ['contracts/history/0.1.0/blog.posts.v1.jsonl', 'contracts/history/0.2.0/blog.posts.v1.jsonl']

const cases: readonly Case[] = [
  { what: 'unchanged records and readers report nothing', edits: [], reported: [] },
  {
    what: 'a recorded release that disappears is breaking',
    edits: [[set, null, null]],
    reported: [breaking('history.removed', set, null, lost)],
  },
  {
    what: 'a file of a recorded release that disappears is breaking',
    edits: [[file, null, null]],
    reported: [breaking('history.removed', file, null, lost)],
  },
  {
    what: 'an edited recorded event is breaking, whatever changed',
    edits: [[file, '"sequence":3', '"sequence":4']],
    reported: [breaking('history.changed', file, '"shape":"deleted"', lost)],
  },
  {
    what: 'a file that is added to a recorded release is breaking',
    edits: [[`${set}/blog.follows.v1.jsonl`, null, '{"message":"inkstream.v1.Follow","fields":{}}\n']],
    reported: [breaking('history.changed', `${set}/blog.follows.v1.jsonl`, null, lost)],
  },
  {
    what: 'a new release is safe',
    edits: [['contracts/history/9.0.0/blog.users.v1.jsonl', null, '{"message":"inkstream.v1.User","fields":{}}\n']],
    reported: [safe('history.recorded', 'contracts/history/9.0.0', null)],
  },
  {
    what: 'a renamed field still means what it meant',
    edits: [[posts, 'string title = 3;', 'string headline = 3;']],
    reported: [],
  },
  {
    what: 'a retyped field can no longer be decoded, in any release',
    edits: [[posts, 'string title = 3;', 'int32 title = 3;']],
    reported: bothSets.map((each) => breaking('history.does-not-decode', each, '"shape":"whole"', ofPosts)),
  },
  {
    what: 'a field whose old bytes decode to another value means something else',
    edits: [[posts, 'bool deleted = 8;', 'int32 deleted = 8;']],
    reported: bothSets.map((each) => breaking('history.means-otherwise', each, '"shape":"whole"', ofPosts)),
  },
  {
    what: 'a projection that requires a field which old records lack is breaking, and the report names it',
    edits: [
      [projection, 'post.publishedAt ?? post.createdAt', '{ ...post.publishedAt!, nanos: post.publishedAt!.nanos }'],
    ],
    reported: bothSets.map((each) =>
      breaking(
        'history.does-not-project',
        each,
        each.includes('0.1.0') ? '"shape":"whole"' : '"shape":"nearly empty"',
        ['posts: projection of posts'],
      ),
    ),
  },
  {
    what: 'a projection that does not run is breaking, and the report names it',
    edits: [[projection, "from './lexemes.ts'", "from './words.ts'"]],
    reported: [breaking('history.projection-does-not-run', projection, null, ['its projector: it does not start'])],
  },
]

testCheck(checkHistory, cases)

import { globSync } from 'node:fs'
import { breaking, type Case, dangerous, safe, testCheck } from '../facts/check-cases.fixture.ts'
import { checkTables } from './check-tables.ts'

const read = 'prisma/posts/read/schema.prisma'
const write = 'prisma/posts/write/schema.prisma'
const definition = 'subgraphs/posts/service.ts'
const [migration = ''] = globSync('prisma/posts/read/migrations/*_init/migration.sql')

const ofPosts = ['posts: projection of posts', 'posts: queries of posts, in the previous release']
const ofFollows = ['posts: projection of follows', 'posts: queries of follows, in the previous release']
const body = / {2}body +String +@default\(""\)\n/

const cases: readonly Case[] = [
  { what: 'equal schemas report nothing', edits: [], reported: [] },
  {
    what: 'a column with a default is safe',
    edits: [[read, /( {2}body .*\n)/, '$1  lead String @default("")\n']],
    reported: [safe('tables.column-added', read, 'lead String')],
  },
  {
    what: 'a column that may be null is safe',
    edits: [[read, /( {2}body .*\n)/, '$1  lead String?\n']],
    reported: [safe('tables.column-added', read, 'lead String?')],
  },
  {
    what: 'a required column without a default is breaking: no stub can be made',
    edits: [[read, /( {2}body .*\n)/, '$1  lead String\n']],
    reported: [
      breaking('tables.column-added-required', read, 'lead String', [
        'posts: queries of posts, in the previous release',
      ]),
    ],
  },
  {
    what: 'a dropped column breaks the projection that writes it and the queries of the previous release',
    edits: [[read, body, '']],
    reported: [breaking('tables.column-dropped', read, 'body ', ofPosts)],
  },
  {
    what: 'a renamed column is breaking',
    edits: [[read, body, '  content String @default("")\n']],
    reported: [breaking('tables.column-renamed', read, 'content String', ofPosts)],
  },
  {
    what: 'a column with another name in code is the same column',
    edits: [[read, body, '  content String @default("") @map("body")\n']],
    reported: [],
  },
  {
    what: 'a retyped column is breaking',
    edits: [[read, body, '  body Bytes @default("")\n']],
    reported: [breaking('tables.column-retyped', read, 'body Bytes', ofPosts)],
  },
  {
    what: 'a column that may no longer be null is breaking',
    edits: [[read, / {2}followerId String\? @db.Uuid\n/, '  followerId String @db.Uuid\n']],
    reported: [breaking('tables.column-made-required', read, 'followerId', ofFollows)],
  },
  {
    what: 'a column that may now be null is dangerous to the previous release',
    edits: [[read, body, '  body String? @default("")\n']],
    reported: [dangerous('tables.column-made-optional', read, 'body String?', ofPosts)],
  },
  {
    what: 'a removed default is breaking',
    edits: [[read, body, '  body String\n']],
    reported: [breaking('tables.default-dropped', read, 'body String', ofPosts)],
  },
  {
    what: 'a changed default is dangerous',
    edits: [[read, body, '  body String @default("?")\n']],
    reported: [dangerous('tables.default-changed', read, '@default("?")', ofPosts)],
  },
  {
    what: 'a dropped table is breaking',
    edits: [[read, /model Follow \{[\s\S]*?\n\}\n/, '']],
    reported: [breaking('tables.table-dropped', read, 'model Follow', ofFollows)],
  },
  {
    what: 'a renamed table is breaking',
    edits: [[read, '@@map("follows")', '@@map("followings")']],
    reported: [breaking('tables.table-renamed', read, 'model Follow', ofFollows)],
  },
  {
    what: 'an added table is safe',
    edits: [[read, /$/, '\nmodel Series {\n  id String @id\n  version Int\n  @@map("series")\n}\n']],
    reported: [safe('tables.table-added', read, 'model Series')],
  },
  { what: 'an index affects only speed', edits: [[read, '  @@index([slug])\n', '']], reported: [] },
  {
    what: 'a unique index on a read table is breaking: topics arrive in any order',
    edits: [[read, '  @@index([slug])\n', '  @@unique([slug])\n']],
    reported: [breaking('tables.unique-added', read, '@@unique([slug])', ofPosts)],
  },
  {
    what: 'a dropped column is safe in a new generation, which is empty at first',
    edits: [
      [read, body, ''],
      [definition, "['read_1']", "['read_1', 'read_2']"],
    ],
    reported: [
      dangerous('tables.generation', definition, "'read_2'", ['posts: queries, until read_2 is filled']),
      safe('tables.column-dropped', read, 'body '),
    ],
  },
  {
    what: 'a dropped column of a write table is dangerous while the previous release runs',
    edits: [[write, / {2}body +String\n/, '']],
    reported: [dangerous('tables.column-dropped', write, 'body ', ['posts: the previous release'])],
  },
  {
    what: 'a dropped column of a reference is dangerous, and the report names it',
    edits: [['prisma/comments/write/schema.prisma', / {2}draft +Boolean +@default\(false\)\n/, '']],
    reported: [
      dangerous('tables.column-dropped', 'prisma/comments/write/schema.prisma', 'draft ', [
        'comments: reference of posts',
        'comments: the previous release',
      ]),
    ],
  },
  {
    what: 'a dropped column of the machinery in a read database is dangerous too',
    edits: [[read, / {2}closedBy +String\?\n/, '']],
    reported: [dangerous('tables.column-dropped', read, 'closedBy ', ['posts: the previous release'])],
  },
  {
    what: 'an edited migration is breaking for databases that have applied it',
    edits: [[migration, 'CREATE TABLE', 'CREATE UNLOGGED TABLE']],
    reported: [
      breaking('tables.migration-edited', migration, 'CREATE UNLOGGED TABLE', [
        'posts read: databases that have applied it',
      ]),
    ],
  },
  {
    what: 'a removed migration is breaking',
    edits: [[migration, null, null]],
    reported: [breaking('tables.migration-removed', migration, null, ['posts read: databases that have applied it'])],
  },
  {
    what: 'a migration that comes before an applied one is dangerous',
    edits: [['prisma/posts/read/migrations/20200101000000_early/migration.sql', null, 'SELECT 1;\n']],
    reported: [
      dangerous(
        'tables.migration-out-of-order',
        'prisma/posts/read/migrations/20200101000000_early/migration.sql',
        null,
      ),
    ],
  },
]

testCheck(checkTables, cases)

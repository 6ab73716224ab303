import {
  app,
  breaking,
  type Case,
  comments,
  Drafts,
  dangerous,
  Find,
  fragments,
  People,
  Posts,
  people,
  posts,
  safe,
  testGraphql,
  users,
  Write,
} from './check-cases.fixture.ts'

const output: readonly Case[] = [
  ['nothing is told of equal contracts', [], []],
  [
    'a field that operations use is not removed, in a fragment or not',
    [[posts, '  title: String!\n  status', '  status']],
    [
      breaking('graphql.field-removed', `${posts}:25`, Posts, Write, Drafts),
      breaking('operation.invalid', `${fragments}:2`, Posts),
      breaking('operation.invalid', `${fragments}:2`, Write),
      breaking('operation.invalid', `${app}:21`, Drafts),
    ],
  ],
  [
    'a field that no operation uses may have other users',
    [[users, '  website: String\n', '']],
    [dangerous('graphql.field-removed', `${users}:13`)],
  ],
  [
    'a deprecated field that no operation uses may still have other users',
    [[posts, / {2}oldSlug.*\n/, '']],
    [dangerous('graphql.field-removed', `${posts}:29`)],
  ],
  [
    'a new field is safe',
    [[users, '  bio: String', '  motto: String\n  bio: String']],
    [safe('graphql.field-added', `${users}:12`)],
  ],
  [
    'output that is never null any more is safe',
    [[users, 'bio: String', 'bio: String!']],
    [safe('graphql.field-became-non-null', `${users}:12`)],
  ],
  [
    'output that may be null now breaks operations that select it',
    [[posts, 'status: PostStatus!', 'status: PostStatus']],
    [breaking('graphql.field-became-nullable', `${posts}:26`, Posts, Write)],
  ],
  [
    'output that may be null now is dangerous when no operation selects it',
    [[comments, 'body: String!', 'body: String']],
    [dangerous('graphql.field-became-nullable', `${comments}:9`)],
  ],
  [
    'output of another type breaks operations that select it',
    [[users, 'bio: String', 'bio: [String]']],
    [breaking('graphql.field-type-changed', `${users}:12`, People)],
  ],
  [
    'a value that output may have now concerns those who switch over it',
    [[users, '  MODERATOR', '  MODERATOR\n  ADMIN']],
    [dangerous('graphql.enum-value-added', `${users}:20`, People)],
  ],
  [
    'a value that output has no more concerns those who select it',
    [[users, '  MODERATOR\n', '']],
    [dangerous('graphql.enum-value-removed', `${users}:19`, People)],
  ],
  [
    'a member of a union on which an operation has a condition is not removed',
    [
      [posts, 'Post | Tag', 'Post'],
      [posts, 'search(', 'tags: [Tag]\n  search('],
    ],
    [
      breaking('graphql.union-member-removed', `${posts}:38`, Find),
      breaking('operation.invalid', `${people}:11`, Find),
      safe('graphql.field-added', `${posts}:6`),
    ],
  ],
  [
    'a new member of a union concerns those who select it',
    [[posts, 'Post | Tag', 'Post | Tag | PostConnection']],
    [dangerous('graphql.union-member-added', `${posts}:37`, Find)],
  ],
  [
    'a type that an operation has a condition on is not removed',
    [[posts, ' | Tag\n\ntype Tag {\n  name: String!\n}', '']],
    [
      breaking('graphql.type-removed', `${posts}:39`, Find),
      breaking('graphql.union-member-removed', `${posts}:37`, Find),
      breaking('operation.invalid', `${people}:11`, Find),
    ],
  ],
  [
    'of a new type only the type is told',
    [[comments, 'type Query {', 'type Mood {\n  name: String\n}\n\ntype Query {\n  mood: Mood']],
    [safe('graphql.type-added', `${comments}:3`), safe('graphql.field-added', `${comments}:8`)],
  ],
  [
    'a description is safe',
    [[users, '  bio:', '  "About."\n  bio:']],
    [safe('graphql.description-changed', `${users}:13`)],
  ],
  [
    'a deprecation is safe',
    [[users, 'bio: String', 'bio: String @deprecated(reason: "Nobody reads it.")']],
    [safe('graphql.deprecation-changed', `${users}:12`)],
  ],
]

const input: readonly Case[] = [
  [
    'an argument that has to be given breaks operations that use the field',
    [[users, 'after: String)', 'after: String, team: ID!)']],
    [
      breaking('graphql.required-argument-added', `${users}:5`, People),
      breaking('operation.invalid', `${people}:2`, People),
    ],
  ],
  [
    'an argument that has to be given is dangerous when no operation uses the field',
    [[comments, 'comment(id: ID!)', 'comment(id: ID!, team: ID!)']],
    [dangerous('graphql.required-argument-added', `${comments}:4`)],
  ],
  [
    'an optional argument is safe',
    [[users, 'after: String)', 'after: String, team: ID)']],
    [safe('graphql.argument-added', `${users}:5`)],
  ],
  [
    'an argument with a default is safe',
    [[users, 'after: String)', 'after: String, team: ID! = 1)']],
    [safe('graphql.argument-added', `${users}:5`)],
  ],
  [
    'an argument that an operation gives is not removed',
    [[posts, 'posts(first: Int, ', 'posts(']],
    [breaking('graphql.argument-removed', `${posts}:5`, Posts), breaking('operation.invalid', `${app}:2`, Posts)],
  ],
  [
    'an argument that no operation gives may have other users',
    [[users, ', after: String)', ')']],
    [dangerous('graphql.argument-removed', `${users}:5`)],
  ],
  [
    'another default concerns operations that leave the argument out',
    [[users, 'first: Int = 20', 'first: Int = 50']],
    [dangerous('graphql.argument-default-changed', `${users}:5`, People)],
  ],
  [
    'an argument that has to be given now breaks operations that leave it out, not those that give it',
    [[posts, 'posts(first: Int,', 'posts(first: Int!,']],
    [
      breaking('graphql.argument-became-required', `${posts}:5`, Drafts),
      breaking('operation.invalid', `${app}:19`, Drafts),
    ],
  ],
  [
    'a value that operations send, by name or in a variable, is not removed',
    [[posts, '  DRAFT\n', '']],
    [
      breaking('graphql.enum-value-removed', `${posts}:44`, Posts, Drafts),
      breaking('operation.invalid', `${app}:19`, Drafts),
    ],
  ],
  [
    'an input field that has to be given breaks operations with the input in a variable',
    [[posts, 'input CreatePostInput {', 'input CreatePostInput {\n  slug: String!']],
    [breaking('graphql.required-input-field-added', `${posts}:54`, Write)],
  ],
  [
    'an optional input field is safe',
    [[posts, 'input CreatePostInput {', 'input CreatePostInput {\n  slug: String']],
    [safe('graphql.input-field-added', `${posts}:54`)],
  ],
  [
    'an input field that has to be given now breaks operations with the input in a variable',
    [[posts, '  title: String!\n  subtitle: String\n}', '  title: String!\n  subtitle: String!\n}']],
    [breaking('graphql.input-field-became-required', `${posts}:55`, Write)],
  ],
  [
    'an input field that a variable may carry is not removed',
    [[posts, '  title: String!\n  subtitle: String\n}', '  title: String!\n}']],
    [breaking('graphql.input-field-removed', `${posts}:55`, Write)],
  ],
]

testGraphql([...output, ...input])

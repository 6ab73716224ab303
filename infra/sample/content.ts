/** Content for an empty system: five authors, twenty posts and their readers' comments. Not in production. */

export type SampleAuthor = {
  readonly username: string
  readonly fullName: string
  readonly bio: string
  /** Usernames of the authors that they follow. */
  readonly follows: readonly string[]
  /** Titles of their favorite posts. */
  readonly favorites: readonly string[]
}

/** Password of every sample author, who signs in with `<username>@inkstream.example`. */
export const samplePassword = 'ink that dries'

export const emailOf = (username: string): string => `${username}@inkstream.example`

export type SamplePost = {
  /** A username. */
  readonly author: string
  readonly title: string
  readonly tags: readonly string[]
  readonly body: string
  /** Visible to its author only. */
  readonly draft?: boolean
  /** Replies are nested. */
  readonly comments: readonly SampleComment[]
}

export type SampleComment = { readonly author: string; readonly body: string; readonly answersLast: boolean }

export const authors: readonly SampleAuthor[] = [
  {
    username: 'mara_k',
    fullName: 'Mara Keller',
    bio: 'Keeps bees on a roof and a notebook of what they teach her.',
    follows: ['tomasz', 'yuki_h'],
    favorites: ['Oil', 'Everything moves a little', '木漏れ日'],
  },
  {
    username: 'tomasz',
    fullName: 'Tomasz Wilk',
    bio: 'Repairs clocks. Writes slowly, on purpose.',
    follows: ['mara_k', 'okafor'],
    favorites: ['Smoke', 'The quiet bridge'],
  },
  {
    username: 'ines_d',
    fullName: 'Inês Duarte',
    bio: 'Walks, maps, bread.',
    follows: ['mara_k', 'tomasz', 'okafor'],
    favorites: ['Oil', 'Smoke', 'Honey has a date', 'The word for the other side of the river'],
  },
  {
    username: 'okafor',
    fullName: 'Chidi Okafor',
    bio: 'Builds bridges by day and tells stories about the ones that fell.',
    follows: ['ines_d'],
    favorites: ['How to be lost properly', 'Oil'],
  },
  {
    username: 'yuki_h',
    fullName: '林 雪',
    bio: 'Translator. Collects words that have no neighbours.',
    follows: ['mara_k', 'ines_d'],
    favorites: ['On winding', 'The road that is only on paper'],
  },
]

const post = (
  author: string,
  title: string,
  tags: readonly string[],
  body: string,
  ...comments: [author: string, body: string, answers?: 'answers'][]
): SamplePost => ({
  author,
  title,
  tags,
  body,
  comments: comments.map(([author, body, answers]) => ({ author, body, answersLast: answers !== undefined })),
})

export const posts: readonly SamplePost[] = [
  post(
    'tomasz',
    'A clock is an argument',
    ['clocks', 'repair'],
    'Every clock on my bench disagrees with every other one. That is not a fault, it is what clocks do: each of them keeps its own opinion of how long a second is, and once a day somebody settles the matter by hand.\n\nI used to think that my work was to make them agree. Now I think it is to make their disagreements small enough to live with.',
    ['mara_k', 'The hives do this too. Each has its own noon.'],
    ['okafor', 'Small enough to live with is most of engineering.'],
  ),
  post(
    'mara_k',
    'What a swarm decides',
    ['bees'],
    'When a swarm leaves, it hangs in a tree and holds a meeting. Scouts come back and dance for the holes they have found; the better the hole, the longer the dance. Nobody counts votes. The dances for poor places simply stop, and at some point there is only one left.\n\nIt takes three days at most, and they are rarely wrong.',
    ['ines_d', 'Three days is faster than our building committee.'],
    ['yuki_h', 'There is an old word for this, a meeting that ends when it is quiet.'],
  ),
  post(
    'ines_d',
    'The road that is only on paper',
    ['maps', 'walking'],
    'There is a road on my map, between two villages, that nobody has ever walked. The mapmakers put it there so that they would know whose map had been copied. I went to see where it is not: a slope of broom, two goats, a view.\n\nI recommend it.',
    ['tomasz', 'Some watchmakers sign the inside of the case, for the same reason.'],
  ),
  post(
    'okafor',
    'Why the footbridge danced',
    ['bridges', 'failure'],
    'The engineers had checked everything that could make it fall. Nobody had asked what people do when the ground sways a little: they widen their steps, together, without noticing, and a hundred polite adjustments become one large push.\n\nThe cure was a row of dampers. The lesson was to ask what the crowd will do about what the bridge does.',
    ['mara_k', 'A crowd of bees would have walked out of step.'],
    ['tomasz', 'Two pendulum clocks on one wall end up swinging together. Huygens saw it from his sickbed.'],
    ['ines_d', 'I was on it that day. It felt like a boat.'],
  ),
  post(
    'yuki_h',
    '木漏れ日',
    ['words', '翻訳'],
    'Komorebi is the light that falls through leaves. English needs a sentence for it; Japanese needs three characters, and one of them means “to leak”. Somebody looked at the forest floor and thought: the sun is leaking.\n\nI have never managed to translate it. I have only managed to describe it, which is what one does with things one cannot have.',
    ['ines_d', 'In Portuguese we would sit down in it and not say anything.'],
  ),
  post(
    'mara_k',
    'Smoke',
    ['bees'],
    'The smoker does not calm the bees. They think that the forest is burning, and they eat, because who knows when there will be honey again; and a bee that is full cannot bend enough to sting.\n\nEvery time I light it I tell a small lie to sixty thousand animals.',
    ['okafor', 'That is the best description of a fire drill I have read.'],
  ),
  post(
    'ines_d',
    'Bread, the short version',
    ['bread'],
    'Flour, water, salt, and yesterday. Mix; wait until it has forgotten that you mixed it; fold; wait; fold; wait. Shape it as if you were putting a child to bed. Bake it hotter than you dare.\n\nAll the long versions say the same with thermometers.',
    ['tomasz', 'What is the yesterday?'],
    ['ines_d', 'A spoon of the dough of the day before. It remembers how.', 'answers'],
    ['tomasz', 'So no loaf is the first one.', 'answers'],
    ['mara_k', 'Nor is any swarm.', 'answers'],
  ),
  post(
    'tomasz',
    'The screw that is left over',
    ['clocks', 'repair'],
    'There is always one. You take a movement apart, clean eighty pieces, put it together, and on the bench lies a screw. The clock runs. It runs well.\n\nBeginners throw the screw away. I tape it into the case with a date, because in eleven years somebody will open it and wonder, and it is only fair to leave them the question.',
    ['okafor', 'We call those “spares” in the report.'],
    ['yuki_h', 'I do this with commas.'],
  ),
  post(
    'okafor',
    'A load nobody had drawn',
    ['bridges', 'failure'],
    'The roof was designed for snow, wind and its own weight. It came down under a swarm of starlings that had fallen in love with the warm vents. Two thousand birds weigh as much as a small car, and they all land in the same place.\n\nSince then I ask, of every drawing: who will like it here?',
    ['mara_k', 'Everybody likes a warm vent.'],
  ),
  post(
    'yuki_h',
    'The word for the other side of the river',
    ['words'],
    'In one of the languages I work from there is a word for the bank that you are not on. Cross the river, and it changes sides. It took me a week to see that it is not a place, it is a feeling.',
    ['ines_d', 'Maps would be better with it.'],
    ['tomasz', 'And harder to fold.', 'answers'],
  ),
  post(
    'mara_k',
    'February, counting',
    ['bees', 'winter'],
    'In winter you do not open a hive. You lean your ear against the box and listen: a hum is good, a roar is too warm, silence is silence. Then you write a number in the book that means “I believe”, and wait until the willows.',
    ['okafor', 'We have instruments for this and they also mean “I believe”.'],
  ),
  post(
    'ines_d',
    'How to be lost properly',
    ['walking', 'maps'],
    'First: stop. Second: admit it, aloud, the hills do not mind. Third: go back to the last place where you knew. People find the third part hard, because it looks like losing time. The time was lost before; you are only picking it up.',
    ['tomasz', 'This is also how to find a fault in a striking train.'],
    ['mara_k', 'And in a sentence.', 'answers'],
  ),
  post(
    'tomasz',
    'Oil',
    ['clocks', 'repair'],
    'More clocks are killed by oil than by dust. A drop the size of a comma, in eleven places, every five years. Whoever adds one for luck has started a small, slow fire.',
    ['ines_d', 'Same with salt.'],
  ),
  post(
    'okafor',
    'The quiet bridge',
    ['bridges'],
    'My favourite bridge has never been in a book. It is nine metres long, it carries a farm road over a stream, and it was built in 1911 by two brothers who had read about concrete in a newspaper. I have inspected it four times. Each time I wrote: no remarks.\n\nI should like that on my grave.',
    ['yuki_h', '“No remarks” is very hard to translate well.'],
    ['mara_k', 'Where is it? I want to walk over it and say nothing.'],
  ),
  post(
    'yuki_h',
    'Footnotes are for the brave',
    ['words', '翻訳'],
    'A footnote says: here I failed, and I want you to know exactly how. My editor wants fewer. I tell her that a text without any is not one that succeeded, only one that kept quiet.',
    ['okafor', 'Engineers call them assumptions and put them at the front.'],
  ),
  post(
    'mara_k',
    'Honey has a date',
    ['bees'],
    'The jar from the second week of June tastes of lime trees, the one from July of blackberries and something that might be the railway embankment. I label them by week. People ask for “the normal one”. There was never a normal week.',
    ['ines_d', 'I will take the railway embankment.'],
  ),
  post(
    'ines_d',
    'Stairs of the old town, sorted by kindness',
    ['walking'],
    'The kindest have steps that are long and low and let you think. The cruel ones are regular for thirty steps and then are not. The worst stair of the town has a railing that ends one step early; everybody who lives there knows, and everybody still reaches for it.',
    ['okafor', 'That missing step is a design decision. Somebody ran out of railing.'],
    ['tomasz', 'I have a pocket watch like that.'],
  ),
  post(
    'tomasz',
    'On winding',
    ['clocks'],
    'A watch that winds itself has to be worn, and a watch that has to be wound has to be remembered. I prefer the second kind. Once a day, for twenty turns, I do something for it, and it does something for me for the rest of the day; there are worse arrangements.',
    ['mara_k', 'This is beekeeping.'],
    ['yuki_h', 'This is marriage.', 'answers'],
  ),
  post(
    'okafor',
    'Everything moves a little',
    ['bridges'],
    'Visitors are surprised that a bridge moves. It grows in summer, it leans in wind, it sinks under a bus and comes back. We leave gaps for all this, and hide them under steel teeth. A structure that cannot move is not strong, it is only waiting.',
    ['ines_d', 'I will think of this on the next stair.'],
  ),
  post(
    'yuki_h',
    'A sentence that came back',
    ['words', '翻訳'],
    'Twelve years ago I translated a poem out of Polish. Last month somebody sent me a poem in Polish and asked whether I knew the author. It was my translation, translated back by a stranger. Two lines were better than the original. I have written to both of them.',
    ['tomasz', 'So the clock was repaired twice and gained a second.'],
    ['mara_k', 'Please tell us the two lines.'],
  ),
  {
    ...post(
      'mara_k',
      'What the queen does not know',
      ['bees'],
      'She has never seen a flower. Everything that she knows of the meadow has been told to her, by daughters who were in a hurry.\n\n(An end is missing.)',
    ),
    draft: true,
  },
]

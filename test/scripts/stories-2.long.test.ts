// The second third of the stories in this folder, played.
import { playStories } from './support/play-stories.ts';

playStories(1);

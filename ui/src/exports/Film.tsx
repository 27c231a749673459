import HtmlPlayer from 'react-player/HtmlPlayer';
import { createReactPlayer } from 'react-player/ReactPlayer';

import classes from './Exports.module.css';

/** Films are files of this server's: react-player without what it has for other people's sites. */
const file = { key: 'html', name: 'file', canPlay: () => true, player: HtmlPlayer };
const FilmPlayer = createReactPlayer([file], file);

/** An exported film, with the browser's own controls. */
export default function Film({ src }: { src: string }) {
  return (
    <div className={classes.film}>
      <FilmPlayer src={src} controls autoPlay playsInline width="100%" height="100%" />
    </div>
  );
}

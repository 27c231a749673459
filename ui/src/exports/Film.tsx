import ReactPlayer from 'react-player';

import classes from './Exports.module.css';

/** An exported film, with the browser's own controls. */
export default function Film({ src }: { src: string }) {
  return (
    <div className={classes.film}>
      <ReactPlayer src={src} controls autoPlay playsInline width="100%" height="100%" />
    </div>
  );
}

/** Active time is the sum of the times between each two events of a session; a longer silence is no work. */
export const LONGEST_GAP_S = 300;

/** What the page shows to a reader who comes for the first time. */
export const FIRST = `network First "A residual network, to change"

param depth = 8    where depth >= 1   "residual blocks"
param width = 16   where width >= 2   "channels"

input(3, 32, 32)

conv(width, 3) -> relu
repeat depth {
    add { conv(width, 3) -> relu -> conv(width, 3) | }
    relu
}
global_avgpool -> dense(10)
`;

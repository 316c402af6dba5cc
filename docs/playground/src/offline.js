self.x="__VERSION__";self.y=__FILES__

"""Charts drawn on the server: geometry here, one template each, colours from the style sheet."""

from portal.charts.band_chart import BandChart, draw_band_chart
from portal.charts.sparkline import Sparkline, draw_sparkline

__all__ = ["BandChart", "Sparkline", "draw_band_chart", "draw_sparkline"]

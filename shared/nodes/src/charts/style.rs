//! The settings that all chart nodes have.

use satsuma_documents::Chart;
use satsuma_engine::{Compile, Reported};

/// The settings that all chart nodes have, beside those of their own. Fonts, colours and sizes of pictures are ignored:
/// pages have their own, which people can read in light and dark.
macro_rules! chart_settings {
    (
        $(#[$meta:meta])* $visibility:vis struct $name:ident { $($fields:tt)* }
        ignored: [$($ignored:literal),* $(,)?]
    ) => {
        $crate::report::report_settings! {
            $(#[$meta])* $visibility struct $name {
                /// The title.
                title: String = text("graphTitle", "title"),
                /// The second title.
                subtitle: String = text("graphSubtitle", "subtitle"),
                /// The caption.
                caption: String = text("graphCaption", "caption"),
                /// Whether the horizontal axis has the name of its field.
                automatic_x: bool = value("graphAutomaticXLabel", "x_label_auto", true),
                /// The label of the horizontal axis.
                x_label: String = text("graphXLabel", "x_label"),
                /// Whether the vertical axis has the name of its field.
                automatic_y: bool = value("graphAutomaticYLabel", "y_label_auto", true),
                /// The label of the vertical axis.
                y_label: String = text("graphYLabel", "y_label"),
                /// The field of the horizontal axis.
                x: String = text("graphXField", "x_field"),
                /// The field of the vertical axis.
                y: String = text("graphYField", "y_field"),
                /// The field of the third axis.
                z: String = text("graphZField", "z_field"),
                /// The field of colours.
                color: String = text("graphColorField", "color_field"),
                /// The field of shapes.
                shape: String = text("graphShapeField", "shape_field"),
                /// The field of sizes.
                size: String = text("graphSizeField", "size_field"),
                /// The field of transparency.
                transparency: String = text("graphTransparencyField", "transp_field"),
                /// The field of panels.
                panel: String = text("graphPanelField", "panel_field"),
                /// The field of an animation.
                animation: String = text("graphAnimationField", "animation_field"),
                /// The overlay of the data.
                overlay: String = value("graphOverlayType", "overlay_type", "None".to_owned()),
                /// Whether a function is drawn over the data.
                has_function: bool = value("graphIncludeOverlayFunction", "overlay", false),
                /// The function, an expression of x.
                function: String = text("graphOverlayFunction", "overlay_expression"),
                $($fields)*
            }
            ignored: [
                "graph3D", "graphAutomaticZLabel", "graphZLabel", "graphBackgroundColor", "graphCaptionBold",
                "graphCaptionFontColor", "graphCaptionFontName", "graphCaptionFontSize", "graphCaptionItalic",
                "graphCaptionUnderline", "graphGridlines", "graphHeight", "graphWidth", "useGraphSize", "graphLabelBold",
                "graphLabelFontColor", "graphLabelFontName", "graphLabelFontSize", "graphLabelItalic",
                "graphLabelUnderline", "graphOutputFileType", "graphPageBackgroundColor", "graphStyleSheet",
                "graphSubtitleBold", "graphSubtitleFontColor", "graphSubtitleFontName", "graphSubtitleFontSize",
                "graphSubtitleItalic", "graphSubtitleUnderline", "graphTitleBold", "graphTitleFontColor",
                "graphTitleFontName", "graphTitleFontSize", "graphTitleItalic", "graphTitleUnderline",
                "graphPanelLayout", $($ignored),*
            ]
        }

        impl $name {
            /// The style, where the node asks for nothing but fields of these properties.
            ///
            /// # Errors
            /// If it asks for more.
            pub(crate) fn style(
                &self,
                supported: &[&str],
                compile: &mut satsuma_engine::Compile<'_>,
            ) -> Result<$crate::charts::style::Style, satsuma_engine::Reported> {
                let roles = [
                    ("graphXField", &self.x),
                    ("graphYField", &self.y),
                    ("graphZField", &self.z),
                    ("graphColorField", &self.color),
                    ("graphShapeField", &self.shape),
                    ("graphSizeField", &self.size),
                    ("graphTransparencyField", &self.transparency),
                    ("graphPanelField", &self.panel),
                    ("graphAnimationField", &self.animation),
                ];
                let unsupported = roles.into_iter().find(|(name, field)| !field.is_empty() && !supported.contains(name));
                let overlay = match supported.contains(&"graphOverlayType") {
                    true => "None",
                    false if self.has_function => "function",
                    false => self.overlay.as_str(),
                };
                $crate::charts::style::refuse(unsupported, overlay, compile)?;
                let labeled = |automatic: bool, label: &String| Some(label.clone()).filter(|label| !automatic && !label.is_empty());
                Ok($crate::charts::style::Style {
                    title: self.title.clone(),
                    subtitle: self.subtitle.clone(),
                    caption: self.caption.clone(),
                    x: labeled(self.automatic_x, &self.x_label),
                    y: labeled(self.automatic_y, &self.y_label),
                })
            }
        }
    };
}
pub(crate) use chart_settings;

/// Texts of a chart that its node gives.
#[derive(Debug, Clone, Default)]
pub(crate) struct Style {
    pub(crate) title: String,
    pub(crate) subtitle: String,
    pub(crate) caption: String,
    /// The label of the horizontal axis in the place of the field's name.
    pub(crate) x: Option<String>,
    /// The label of the vertical axis in the place of the field's name.
    pub(crate) y: Option<String>,
}

impl Style {
    /// A chart with its own texts in the place of automatic ones.
    pub(crate) fn applied(&self, mut chart: Chart) -> Chart {
        if !self.title.is_empty() {
            chart.title.clone_from(&self.title);
        }
        if let Some(label) = &self.x {
            chart.x.title.clone_from(label);
        }
        if let Some(label) = &self.y {
            chart.y.title.clone_from(label);
        }
        let notes = [&self.subtitle, &chart.note, &self.caption].into_iter().filter(|note| !note.is_empty());
        chart.note = notes.cloned().collect::<Vec<_>>().join(" ");
        chart
    }
}

/// Refuses what a chart cannot show.
pub(crate) fn refuse(
    field: Option<(&'static str, &String)>,
    overlay: &str,
    compile: &mut Compile<'_>,
) -> Result<(), Reported> {
    if let Some((property, field)) = field {
        return Err(compile.refuse_value(
            property,
            field,
            "this type of chart does not show such a field yet",
        ));
    }
    match overlay {
        "None" | "" => Ok(()),
        other => Err(compile.refuse_value("graphOverlayType", other, "overlays are not supported")),
    }
}

namespace Laminet.Metrics.Detection;

/// <summary>How the precision is averaged over recall.</summary>
public enum AveragePrecisionRule
{
    /// <summary>The area under the curve of the largest precision at this recall or above: the rule of VOC from 2010 on.</summary>
    Voc2010,

    /// <summary>The mean of that precision at the recalls 0, 0.1, ..., 1: the rule of VOC 2007.</summary>
    Voc2007,

    /// <summary>The mean of that precision at the recalls 0, 0.01, ..., 1, as COCO averages. The matching stays that of VOC, so crowded images can give less than pycocotools.</summary>
    Coco,
}

using System.Text;

namespace Laminet.Configuration;

/// <summary>Names as files and Keras have them.</summary>
internal static class Names
{
    /// <summary>Keras's rule: MaxPooling2D is max_pooling2d, Conv2DTranspose conv2d_transpose, kernelSize kernel_size. A name without small letters stays, as ROC.</summary>
    public static string SnakeCase(string name)
    {
        if (!name.Any(char.IsLower))
            return name;
        StringBuilder text = new();
        for (int i = 0; i < name.Length; i++)
        {
            bool wordStarts = i > 0 && char.IsUpper(name[i]) && (char.IsLower(name[i - 1]) || (i + 1 < name.Length && char.IsLower(name[i + 1])));
            if (wordStarts)
                text.Append('_');
            text.Append(char.ToLowerInvariant(name[i]));
        }

        return text.ToString();
    }
}
